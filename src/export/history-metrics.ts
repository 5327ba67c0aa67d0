import { sql } from 'kysely';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Database } from '../storage/database.ts';

/** What the one who keeps the history counts, for Prometheus. */
export interface HistoryMetrics {
  dumps: Counter<'outcome'>;
  lastDump: Gauge;
}

/** Adds them to a process's metrics; how many turns wait is asked of the database whenever somebody looks. */
export function createHistoryMetrics(registry: Registry, db: Database): HistoryMetrics {
  const registers = [registry];
  const oldest = new Gauge({
    name: 'storyteller_oldest_waiting_seconds',
    help: 'How long the oldest turn that is not written yet has waited, everywhere',
    registers,
  });
  new Gauge({
    name: 'storyteller_turns_live',
    help: 'Turns that wait or are being written, everywhere',
    labelNames: ['state'],
    registers,
    async collect() {
      const { rows } = await sql<{ queued: number; writing: number; oldest: number }>`
        select count(*) filter (where state = 'queued')::integer as queued,
          count(*) filter (where state = 'writing')::integer as writing,
          coalesce(extract(epoch from clock_timestamp() - min(created_at) filter (where state = 'queued')), 0)::float as oldest
        from turns where state in ('queued', 'writing')`.execute(db);
      this.set({ state: 'queued' }, rows[0]?.queued ?? 0);
      this.set({ state: 'writing' }, rows[0]?.writing ?? 0);
      oldest.set(rows[0]?.oldest ?? 0);
    },
  });
  return {
    dumps: new Counter({
      name: 'storyteller_dumps_total',
      help: 'Dumps by outcome: written, failed, elsewhere (another process wrote it)',
      labelNames: ['outcome'],
      registers,
    }),
    lastDump: new Gauge({
      name: 'storyteller_last_dump_timestamp_seconds',
      help: 'When the newest dump was written; 0 for never',
      registers,
    }),
  };
}
