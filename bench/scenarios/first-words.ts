import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../src/ops/clock.ts';
import { FakeDiscord, fakeToken } from '../../test/fakes/discord/server.ts';
import { Person } from '../../test/fakes/telegram/people.ts';
import { TelegramServer } from '../../test/fakes/telegram/server.ts';
import { draftShown, shown } from '../../test/fakes/telegram/view.ts';
import { StorytellerProcess, temporaryDataDir } from '../../test/support/storyteller.ts';
import type { BenchOptions, Findings, Scenario } from '../scenario.ts';
import { median, percentile } from '../statistics.ts';

/** How long people wait on Discord and Telegram until they read the first words of a story. */
export const firstWords: Scenario = {
  name: 'first-words',
  about: 'ms from the command to the first visible words of a story on (fake) Discord and Telegram',
  byDefault: true,
  run,
};

const prompt = 'In a city under the sea,';
const lookEveryMs = 5;
/** A chat is let alone for so long after a story, so that the next one finds its full allowance. */
const restMs = 3_000;

async function run({ modelPath, rounds, threads, log }: BenchOptions): Promise<Findings> {
  const discord = await FakeDiscord.start();
  const telegram = new TelegramServer(systemClock);
  await telegram.listen();
  const folder = temporaryDataDir();
  const storyteller = new StorytellerProcess('start', {
    DATA_DIR: folder.path,
    MODEL: modelPath,
    GENERATOR_THREADS: String(threads),
    DISCORD_TOKEN: fakeToken,
    DISCORD_API_URL: discord.apiUrl,
    TELEGRAM_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.url,
  });
  const waits = { discord: [] as number[], telegram: [] as number[] };
  try {
    await storyteller.url();
    await storyteller.line(({ from, msg }) => from === 'generator' && msg.includes('ready'));
    for (let round = 0; round <= rounds * 3; round++) {
      const channel = discord.world.addChannel().id;
      const { id: user } = discord.world.addUser(`reader ${round}`);
      const onDiscord = await waitFor(
        () => discord.people.slash({ channel, user }, 'story', { prompt }),
        () => discord.world.messagesIn(channel).some((message) => goesOn(discord.textOf(message))),
      );
      const person = new Person(telegram);
      const onTelegram = await waitFor(
        () => person.says(prompt),
        () =>
          isStory(draftShown(telegram.world, person.chat)) ||
          shown(telegram.world, person.chat).some(
            ({ message }) => message.from?.is_bot && isStory(message.text),
          ),
      );
      log(`round ${round}: Discord ${onDiscord.toFixed(0)} ms, Telegram ${onTelegram.toFixed(0)} ms`);
      // The first of all finds cold caches, and is not counted.
      if (round > 0) waits.discord.push(onDiscord);
      if (round > 0) waits.telegram.push(onTelegram);
      await delay(restMs);
    }
  } finally {
    await storyteller.end('SIGTERM');
    await Promise.all([discord.close(), telegram.close()]);
    folder.remove();
  }
  const row = (name: string, ms: number[]) => [name, median(ms).toFixed(0), percentile(ms, 0.95).toFixed(0)];
  return {
    tables: [
      {
        title: `From the command to the first words, ${waits.discord.length} stories each`,
        columns: ['platform', 'median ms', 'p95 ms'],
        rows: [row('Discord', waits.discord), row('Telegram', waits.telegram)],
      },
    ],
  };
}

const goesOn = (text: string) => text.startsWith(prompt) && isStory(text.slice(prompt.length));

/** Words of the story, and not our own "Thinking…". */
const isStory = (text: string | undefined) => text !== undefined && /^[ ,]*[a-z]+ [a-z]/i.test(text);

/** Milliseconds from `act` until `isThere`. */
async function waitFor(act: () => unknown, isThere: () => boolean | undefined): Promise<number> {
  const startedAt = performance.now();
  act();
  while (!isThere()) {
    await delay(lookEveryMs);
    if (performance.now() - startedAt > 60_000) throw new Error('No story came within a minute');
  }
  return performance.now() - startedAt;
}
