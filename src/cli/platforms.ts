import { sql } from 'kysely';
import type { Platform, PlatformContext, PlatformFactory } from '../../bots/platform.ts';
import { createAdminActions } from '../export/admin-actions.ts';
import type { TextGenerator } from '../generation/generator.ts';
import { systemClock } from '../ops/clock.ts';
import type { Config } from '../ops/config.ts';
import type { Logger } from '../ops/logger.ts';
import { createMetrics, type Metrics } from '../ops/metrics.ts';
import type { Shutdown } from '../ops/shutdown.ts';
import { listen } from '../storage/notifications.ts';
import { createStoryteller } from '../story/storyteller.ts';
import { TurnRunner } from '../story/turn-runner.ts';
import type { OpenDatabase } from './database.ts';
import { answers, serveHealth } from './health.ts';

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
  const describeModel = () => generator.describe();
  const context: PlatformContext = {
    config,
    storyteller,
    logger,
    clock,
    metrics,
    database: db,
    describeModel,
    ready,
    admin: createAdminActions(db, clock),
  };
  const platforms = factories.map((create) => create(context)).filter((platform) => platform !== undefined);
  const byName = new Map(platforms.map((platform) => [platform.name, platform]));

  for (const platform of platforms) shutdown.add(platform.name, () => platform.close());
  const runner = new TurnRunner({
    db,
    generator,
    clock,
    logger,
    metrics,
    platforms: [...byName.keys()],
    surfaceFor: (turn) => surfaceOf(byName, turn.replyAddress.platform).surface(turn.replyAddress, turn),
  });
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
  logger.info({ platforms: [...byName.keys()] }, 'ready');
}

function surfaceOf(platforms: Map<string, Platform>, name: string): Platform {
  const platform = platforms.get(name);
  if (!platform) throw new Error(`No platform called ${name} runs here`);
  return platform;
}
