import { expect, test } from 'vitest';
import { FakeDiscord } from '../../test/fakes/discord/server.ts';
import { useDatabase } from '../../test/support/database.ts';
import { startDiscord } from '../../test/support/discord.ts';
import { crowdGenerator, expectAllShown, tellAll } from '../../test/support/discord-crowd.ts';

const database = useDatabase();

test('50 stories over 20 channels: all shown as stored, and no limit run into', async () => {
  const fake = await FakeDiscord.start();
  const bot = await startDiscord({ fake, database, generator: crowdGenerator() });
  const turns = await tellAll(fake, database);
  await bot.stop();
  expectAllShown(fake, turns);
  expect(fake.transcript.avoidable429).toEqual([]);
  expect(fake.transcript.invalid).toEqual([]);
  const gaps = turns
    .flatMap(({ messageRefs }) => messageRefs)
    .flatMap((ref) => fake.transcript.gaps((ref as { messageId: string }).messageId));
  // 1200 ms from the end of one edit to the start of the next, by another clock than the fake's: a little is allowed.
  expect(Math.min(...gaps)).toBeGreaterThan(1100);
  // On a busy machine a command may wait for the database in vain; who asked was told so, and asked again.
  expect(bot.logged.filter(({ msg }) => msg !== 'a command failed')).toEqual([]);
  await fake.close();
});
