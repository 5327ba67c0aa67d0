import { pino } from 'pino';
import type { Platform } from '../../bots/platform.ts';
import { createTelegram } from '../../bots/telegram/index.ts';
import { type Wired, wire } from '../../src/cli/wiring.ts';
import type { TextGenerator } from '../../src/generation/generator.ts';
import { loadConfig } from '../../src/ops/config.ts';
import type { Logger } from '../../src/ops/logger.ts';
import { createMetrics } from '../../src/ops/metrics.ts';
import type { Database } from '../../src/storage/database.ts';
import type { AdminActions } from '../../src/story/admin.ts';
import { createStoryteller } from '../../src/story/storyteller.ts';
import type { FakeClock } from '../fakes/clock.ts';
import { CountingGenerator } from '../fakes/generator.ts';
import type { TelegramServer } from '../fakes/telegram/server.ts';
import { telling } from './telling.ts';

export interface BotOptions {
  server: TelegramServer;
  clock: FakeClock;
  db: Database;
  /** In the place of the one that counts. */
  writer?: TextGenerator;
  admin?: AdminActions;
  env?: Record<string, string>;
  logger?: Logger;
}

/** The whole bot as its process wires it, on the fake Telegram, a real database and a generator that counts. */
export function makeBot({ server, clock, db, admin, env, ...options }: BotOptions) {
  const generator = new CountingGenerator();
  const { logger = pino({ level: 'silent' }), writer = generator } = options;
  const config = loadConfig(
    { TELEGRAM_TOKEN: server.token, TELEGRAM_API_ROOT: server.url, QUOTA_TURNS_PER_HOUR: '0', ...env },
    '/nowhere',
  );
  const core = createStoryteller({ db, access: config.access, clock, logger });
  const wired: Wired<Platform> = wire({
    config,
    storyteller: telling(core, () => wired.runner),
    logger,
    clock,
    metrics: createMetrics(),
    database: db,
    generator: writer,
    factories: [createTelegram],
    ready: async () => ({ database: true, generator: true }),
    ...(admin ? { admin } : {}),
  });
  const { runner } = wired;
  const [platform] = wired.platforms;
  if (!platform) throw new Error('There is a token, but no bot');
  return {
    platform,
    generator,
    async start() {
      await platform.start();
      runner.start();
    },
    async stop() {
      await platform.stop();
      await runner.stop();
      await platform.close();
    },
  };
}

export type Bot = ReturnType<typeof makeBot>;
