import { type RawBuilder, sql } from 'kysely';
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
  new Gauge({
    name: 'storyteller_oldest_waiting_seconds',
    help: 'How long the oldest turn that is not written yet has waited, everywhere',
    registers,
    async collect() {
      this.remove();
      const [row] = await rowsUnlessAway<{ seconds: number }>(
        db,
        sql`select coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float as seconds
          from turns where state = 'queued'`,
      );
      if (row) this.set(row.seconds);
    },
  });
  new Gauge({
    name: 'storyteller_turns_live',
    help: 'Turns that wait or are being written, everywhere',
    labelNames: ['state'],
    registers,
    async collect() {
      this.reset();
      const states = await rowsUnlessAway<{ state: string; turns: number }>(
        db,
        sql`select state, count(id)::integer as turns
          from unnest(array['queued', 'writing']) as state left join turns using (state) group by state`,
      );
      for (const { state, turns } of states) this.set({ state }, turns);
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

/** None while the database is away: what this process counts itself is worth knowing then. */
async function rowsUnlessAway<T>(db: Database, query: RawBuilder<unknown>): Promise<T[]> {
  try {
    return (await query.execute(db)).rows as T[];
  } catch {
    return [];
  }
}
