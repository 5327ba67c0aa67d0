import { tmpdir } from 'node:os';
import { pino } from 'pino';
import { createDiscord } from '../../bots/discord/index.ts';
import type { Platform } from '../../bots/platform.ts';
import { wire } from '../../src/cli/wiring.ts';
import type { TextGenerator } from '../../src/generation/generator.ts';
import { type Clock, systemClock } from '../../src/ops/clock.ts';
import { loadConfig } from '../../src/ops/config.ts';
import { createMetrics } from '../../src/ops/metrics.ts';
import { listen } from '../../src/storage/notifications.ts';
import type { AdminActions } from '../../src/story/admin.ts';
import { createStoryteller, type Storyteller } from '../../src/story/storyteller.ts';
import { type FakeDiscord, fakeToken } from '../fakes/discord/server.ts';
import type { FakeMessage } from '../fakes/discord/world.ts';
import { CountingGenerator } from '../fakes/generator.ts';
import type { TestDatabase } from './database.ts';

interface Options {
  fake: FakeDiscord;
  database: TestDatabase;
  generator?: TextGenerator;
  clock?: Clock;
  /** Instead of the real one. */
  storyteller?: Storyteller;
  admin?: AdminActions;
  env?: Record<string, string>;
}

/** A Discord bot as one process runs it: the real adapter, storyteller, runner and database, against the fake. */
export interface DiscordBot {
  platform: Platform;
  storyteller: Storyteller;
  /** What was logged at warn or above. */
  logged: { level: number; msg: string; problem?: string; interaction?: string }[];
  stop(): Promise<void>;
}

export async function startDiscord({ fake, database, admin, env, ...options }: Options): Promise<DiscordBot> {
  const { generator = new CountingGenerator(), clock = systemClock } = options;
  const logged: DiscordBot['logged'] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => logged.push(JSON.parse(line)) });
  const config = loadConfig(
    { DISCORD_TOKEN: fakeToken, DISCORD_API_URL: fake.apiUrl, QUOTA_TURNS_PER_HOUR: '0', ...env },
    tmpdir(),
  );
  const { db, url } = database;
  const storyteller = options.storyteller ?? createStoryteller({ db, access: config.access, clock, logger });
  const { platforms, runner } = wire({
    config,
    storyteller,
    logger,
    clock,
    metrics: createMetrics(),
    database: db,
    generator,
    factories: [createDiscord],
    ready: async () => ({ database: true, generator: true }),
    ...(admin ? { admin } : {}),
  });
  const [platform] = platforms;
  if (!platform) throw new Error('There is no token');
  const over = new AbortController();
  const listening = listen(url, (note) => runner.onNotification(note), {
    logger,
    clock,
    signal: over.signal,
  });
  const leave = async () => {
    over.abort();
    await listening;
    await platform.close();
  };
  try {
    await platform.start();
  } catch (error) {
    await leave();
    throw error;
  }
  runner.start();
  return {
    platform,
    storyteller,
    logged,
    async stop() {
      await platform.stop();
      await runner.stop();
      await leave();
    },
  };
}

interface Shown {
  components: { label: string; custom_id: string; disabled?: boolean }[];
}

/** The labels of the buttons under a message. */
export const labelsOf = (message: FakeMessage | undefined): string[] =>
  ((message?.components ?? []) as Shown[]).flatMap((row) => row.components.map(({ label }) => label));

/** Waits until the newest message of a channel has a button, and gives that message. */
export const messageWith = (fake: FakeDiscord, channel: string, label: string): Promise<FakeMessage> =>
  fake.waitFor(`a message with the button ${label}`, () => {
    const last = fake.world.messagesIn(channel).at(-1);
    return labelsOf(last).includes(label) ? last : undefined;
  });
