import { expect, test } from 'vitest';
import { FakeDiscord } from '../../test/fakes/discord/server.ts';
import { useDatabase } from '../../test/support/database.ts';
import { startDiscord } from '../../test/support/discord.ts';
import { crowdGenerator, expectAllShown, tellAll } from '../../test/support/discord-crowd.ts';

const database = useDatabase();

test('50 stories through 429, 5xx, cut lines and delays: all shown as stored', async () => {
  const fake = await FakeDiscord.start();
  const bot = await startDiscord({ fake, database, generator: crowdGenerator() });
  const each = 0.05;
  fake.faults.randomly({ rateLimit: each, error: each, reset: each, lost: each, delay: each, ms: 300 }, 42);
  const turns = await tellAll(fake, database);
  await bot.stop();
  expectAllShown(fake, turns);
  expect(fake.transcript.avoidable429).toEqual([]);
  const met = new Set(fake.transcript.calls.flatMap(({ fault }) => fault ?? []));
  expect([...met].sort()).toEqual(['delay', 'error', 'lost', 'rateLimit', 'reset']);
  await fake.close();
});
