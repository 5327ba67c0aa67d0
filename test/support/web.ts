import { pino } from 'pino';
import { afterAll, beforeAll } from 'vitest';
import { createWeb, type WebPlatform } from '../../bots/web/index.ts';
import { type Wired, wire } from '../../src/cli/wiring.ts';
import type { TextGenerator } from '../../src/generation/generator.ts';
import { systemClock } from '../../src/ops/clock.ts';
import { loadConfig } from '../../src/ops/config.ts';
import { createMetrics } from '../../src/ops/metrics.ts';
import type { Database } from '../../src/storage/database.ts';
import { createStoryteller } from '../../src/story/storyteller.ts';
import type { TestDatabase } from './database.ts';
import { telling } from './telling.ts';

const logger = pino({ level: 'silent' });

/** The page of one process, over a real socket. */
export interface TestWeb {
  platform: WebPlatform;
  url: string;
  stop(): Promise<void>;
}

export interface TestWebOptions {
  /** Settings besides the port. */
  settings?: Record<string, string>;
  port?: number;
  /** False for a process beside one that writes. */
  writes?: boolean;
  ready?: { database: boolean; generator: boolean };
}

/** Starts a page and a runner for its turns, as one process would. */
export async function startWeb(
  db: Database,
  generator: TextGenerator,
  {
    port = 0,
    writes = true,
    ready = { database: true, generator: true },
    settings = {},
  }: TestWebOptions = {},
): Promise<TestWeb> {
  const config = loadConfig({ ...settings, WEB_PORT: String(port) }, '/nowhere');
  const access = { allow: [], deny: [], turnsPerHour: 0 };
  const inner = createStoryteller({ db, access, clock: systemClock, logger });
  const wired: Wired<WebPlatform> = wire({
    config,
    storyteller: telling(inner, () => wired.runner),
    logger,
    clock: systemClock,
    metrics: createMetrics(),
    database: db,
    generator,
    factories: [createWeb],
    ready: async () => ready,
  });
  const { runner } = wired;
  const platform = wired.platforms[0] as WebPlatform;
  await platform.start();
  if (writes) runner.start();
  return {
    platform,
    url: platform.url,
    async stop() {
      await platform.stop();
      await runner.stop();
      await platform.close();
    },
  };
}

/** One page for a test file. */
export function useWeb(
  database: TestDatabase,
  generator: TextGenerator,
  options: TestWebOptions = {},
): TestWeb {
  const web = {} as TestWeb;
  beforeAll(async () => {
    Object.assign(web, await startWeb(database.db, generator, options));
  });
  afterAll(() => web.stop?.());
  return web;
}
