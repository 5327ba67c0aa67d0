import { sql } from 'kysely';
import type { PlatformFactory } from '../../bots/platform.ts';
import { createAdminActions } from '../export/admin-actions.ts';
import type { TextGenerator } from '../generation/generator.ts';
import { systemClock } from '../ops/clock.ts';
import type { Config } from '../ops/config.ts';
import type { Logger } from '../ops/logger.ts';
import { createMetrics, type Metrics } from '../ops/metrics.ts';
import type { Shutdown } from '../ops/shutdown.ts';
import { listen } from '../storage/notifications.ts';
import { createStoryteller } from '../story/storyteller.ts';
import type { OpenDatabase } from './database.ts';
import { answers, serveHealth } from './health.ts';
import { wire } from './wiring.ts';

export interface ServeOptions {
  config: Config;
  logger: Logger;
  shutdown: Shutdown;
  database: OpenDatabase;
  generator: TextGenerator;
  factories: PlatformFactory[];
  metrics?: Metrics;
}

/** Runs platforms, and the runner that writes their turns. @throws when one can't start, with its sentence */
export async function servePlatforms({
  config,
  logger,
  shutdown,
  database,
  generator,
  factories,
  metrics = createMetrics(),
}: ServeOptions) {
  const { db, url } = database;
  const clock = systemClock;
  const storyteller = createStoryteller({ db, access: config.access, clock, logger });
  const ready = async () => ({
    database: await answers(sql`select 1`.execute(db)),
    generator: await answers(generator.describe()),
  });
  const { platforms, runner } = wire({
    config,
    storyteller,
    logger,
    clock,
    metrics,
    database: db,
    generator,
    factories,
    ready,
    admin: createAdminActions(db, clock),
  });

  for (const platform of platforms) shutdown.add(platform.name, () => platform.close());
  shutdown.add('turns', () => runner.stop());
  for (const platform of platforms) {
    await platform.start();
    shutdown.add(`${platform.name}'s commands`, () => platform.stop());
  }
  const listening = listen(url, (notification) => runner.onNotification(notification), {
    logger,
    clock,
    signal: shutdown.signal,
  });
  shutdown.add('notifications', () => listening);
  runner.start();

  await serveHealth(
    { config, logger, shutdown },
    {
      registry: metrics.registry,
      ready: async () => ({
        ...(await ready()),
        platforms: platforms.every((platform) => platform.ready()),
      }),
    },
  );
  logger.info({ platforms: platforms.map(({ name }) => name) }, 'ready');
}
