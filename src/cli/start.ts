import { sql } from 'kysely';
import type { Registry } from 'prom-client';
import { platforms } from '../../bots/index.ts';
import { createHistoryMetrics } from '../export/history-metrics.ts';
import { runDumps } from '../export/schedule.ts';
import { systemClock } from '../ops/clock.ts';
import { createMetrics } from '../ops/metrics.ts';
import { type OpenDatabase, openDatabase } from './database.ts';
import { openGenerator, remoteGenerator } from './generation.ts';
import { answers, serveHealth } from './health.ts';
import { servePlatforms } from './platforms.ts';
import type { RoleContext } from './role.ts';

/** Everything in one process, and the generator as its child. */
export async function start({ config, logger, shutdown }: RoleContext): Promise<void> {
  const database = await openDatabase(config, logger, shutdown);
  const generator = await openGenerator(config, logger, shutdown);
  const metrics = createMetrics();
  keepHistory({ config, logger, shutdown }, database, metrics.registry);
  const factories = await Promise.all(Object.values(platforms).map((load) => load()));
  await servePlatforms({ config, logger, shutdown, database, generator, factories, metrics });
}

/** One platform alone. @throws when its settings are missing */
export async function startPlatform(name: string, { config, logger, shutdown }: RoleContext): Promise<void> {
  const factory = await platforms[name]?.();
  if (!factory) throw new Error(`There is no platform called ${name}.`);
  const database = await openDatabase(config, logger, shutdown);
  const generator = remoteGenerator(config, logger);
  await servePlatforms({ config, logger, shutdown, database, generator, factories: [factory] });
}

/** Dumps on schedule and removes what is kept for too long, as a process of its own. */
export async function startDumps({ config, logger, shutdown }: RoleContext): Promise<void> {
  const database = await openDatabase(config, logger, shutdown);
  const { registry } = createMetrics();
  keepHistory({ config, logger, shutdown }, database, registry);
  await serveHealth(
    { config, logger, shutdown },
    {
      registry,
      ready: async () => ({ database: await answers(sql`select 1`.execute(database.db)) }),
    },
  );
  logger.info('ready');
}

function keepHistory(
  { config, logger, shutdown }: RoleContext,
  { db }: OpenDatabase,
  registry: Registry,
): void {
  const metrics = createHistoryMetrics(registry, db);
  const keeping = runDumps({ config, db, logger, clock: systemClock, metrics, signal: shutdown.signal });
  shutdown.add('dumps', () => keeping);
}
