import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Cron } from 'croner';
import type { Clock } from '../ops/clock.ts';
import type { Config } from '../ops/config.ts';
import type { Logger } from '../ops/logger.ts';
import type { Database } from '../storage/database.ts';
import { dump } from './dump.ts';
import { listDumps } from './dump-folder.ts';
import { keepFigures } from './figures.ts';
import type { HistoryMetrics } from './history-metrics.ts';
import { removeUntouched } from './retention.ts';

export interface HousekeepingOptions {
  config: Pick<Config, 'dumps' | 'retentionDays'>;
  db: Database;
  logger: Logger;
  clock: Clock;
  metrics?: HistoryMetrics | undefined;
  /** Ends it: at once, but for a dump that is nearly done. */
  signal: AbortSignal;
}

const hourMs = 3_600_000;

/**
 * Writes a dump whenever DUMP_SCHEDULE says so, keeps the DUMP_KEEP newest, and removes what RETENTION_DAYS is over
 * for. May run in any number of processes: each thing is done by one of them. Resolves when `signal` aborts.
 */
export async function runDumps(options: HousekeepingOptions): Promise<void> {
  const { dumps } = options.config;
  const works = [tidyEveryHour(options)];
  if (dumps.dir) works.push(dumpOnSchedule(dumps.dir, options));
  await Promise.all(works);
}

/** Only days that are counted may lose their stories; while another process counts, they wait for the next hour. */
async function tidy(options: HousekeepingOptions): Promise<void> {
  const { config, db, logger, clock } = options;
  const now = clock.now();
  const isCounted = await keepFigures(db, now);
  if (!isCounted || config.retentionDays === 0) return;
  await removeUntouched({ db, logger, now, days: config.retentionDays });
}

async function dumpOnSchedule(folder: string, options: HousekeepingOptions): Promise<void> {
  const { config, db, logger, clock, signal, metrics } = options;
  const newest = (await listDumps(folder)).at(-1);
  // Another process may have removed it meanwhile.
  const written = newest ? await stat(join(folder, newest)).catch(() => undefined) : undefined;
  if (written) metrics?.lastDump.set(written.mtimeMs / 1000);
  const cron = new Cron(config.dumps.schedule, { paused: true });
  for (;;) {
    const next = cron.nextRun(new Date(clock.now()));
    if (!next) return;
    logger.info({ at: next.toISOString() }, 'next dump');
    while (clock.now() < next.getTime() && !signal.aborted) {
      // A timer holds no more than 24 days.
      await clock.sleep(Math.min(next.getTime() - clock.now(), 24 * hourMs), signal);
    }
    if (signal.aborted) return;
    await attempt('dump', options, async () => {
      const path = await dump({ db, folder, keep: config.dumps.keep, takenAt: next, signal });
      metrics?.dumps.inc({ outcome: path ? 'written' : 'elsewhere' });
      if (!path) return logger.info('another process writes this dump');
      metrics?.lastDump.set(clock.now() / 1000);
      logger.info({ path }, 'dump written');
    });
  }
}

async function tidyEveryHour(options: HousekeepingOptions): Promise<void> {
  while (!options.signal.aborted) {
    await attempt('tidying', options, () => tidy(options));
    await options.clock.sleep(hourMs, options.signal);
  }
}

/** What goes wrong once is tried again the next time. */
async function attempt(
  name: string,
  { logger, signal, metrics }: HousekeepingOptions,
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (signal.aborted) return;
    if (name === 'dump') metrics?.dumps.inc({ outcome: 'failed' });
    logger.error({ error, name }, 'housekeeping failed; it is tried again');
  }
}
