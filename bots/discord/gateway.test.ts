import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeDiscord } from '../../test/fakes/discord/server.ts';
import { useDatabase } from '../../test/support/database.ts';
import { type DiscordBot, messageWith, startDiscord } from '../../test/support/discord.ts';

const database = useDatabase();
let fake: FakeDiscord;
let bot: DiscordBot | undefined;

beforeEach(async () => {
  fake = await FakeDiscord.start();
});
afterEach(async () => {
  await bot?.stop();
  bot = undefined;
  await fake.close();
});

const start = async (env: Record<string, string> = {}) => {
  bot = await startDiscord({ fake, database, env });
  return bot;
};

describe('the gateway', () => {
  test('asks for no intent', async () => {
    await start();
    expect(fake.gateway.sessions.map(({ intents }) => intents)).toEqual([0]);
  });

  test('resumes after a drop, and what was asked in between is answered', async () => {
    const { platform } = await start();
    const channel = fake.world.addChannel().id;
    fake.gateway.drop();
    await fake.waitFor('the drop', () => fake.gateway.connected === 0);
    fake.people.slash({ channel, user: fake.world.addUser('ann').id }, 'story', { prompt: 'Count:' });
    await messageWith(fake, channel, 'Continue');
    expect([fake.gateway.resumes, fake.gateway.identifies]).toEqual([1, 1]);
    expect(platform.ready()).toBe(true);
  });

  test('begins a new session when the old one is no longer good', async () => {
    await start();
    fake.gateway.invalidate();
    await fake.waitFor('a new session', () => fake.gateway.identifies === 2 && fake.gateway.connected === 1);
    const channel = fake.world.addChannel().id;
    fake.people.slash({ channel, user: fake.world.addUser('ann').id }, 'stop');
    await fake.waitFor('an answer', () => fake.world.messages.size > 0);
  });

  test.each([
    ['auto', { shards: 2 }, [0, 1], 2],
    ['3', {}, [0, 1, 2], 3],
    ['1-2/4', {}, [1, 2], 4],
    ['3/4', {}, [3], 4],
  ])('DISCORD_SHARDS=%s', async (value, options, ids, count) => {
    await fake.close();
    fake = await FakeDiscord.start(options);
    await start({ DISCORD_SHARDS: value });
    expect(fake.gateway.sessions.map(({ shard }) => shard)).toEqual(ids.map((id) => [id, count]));
  });
});

describe('a start that can’t be', () => {
  test('a token that Discord does not know: one sentence, without the token', async () => {
    const failure = start({ DISCORD_TOKEN: 'wrong-token-123456' });
    await expect(failure).rejects.toThrow(/^Discord does not know DISCORD_TOKEN: copy .*$/);
    await expect(failure).rejects.not.toThrow('wrong-token-123456');
  });

  test('shards that can’t be', async () => {
    await expect(start({ DISCORD_SHARDS: '5/4' })).rejects.toThrow(/^Discord does not take DISCORD_SHARDS/);
  });
});

test('commands that Discord does not take leave the bot serving', async () => {
  fake.faults.next('GET /applications/:application/commands', { kind: 'error' });
  const { platform, logged } = await start();
  expect(platform.ready()).toBe(true);
  expect(logged).toMatchObject([{ msg: 'Discord did not take the commands' }]);
});

test('a Discord that can’t be reached is tried again, and holds nothing else up', async () => {
  fake.faults.next('GET /gateway/bot', { kind: 'reset' });
  fake.faults.next('GET /gateway/bot', { kind: 'error' });
  const { platform, logged } = await start();
  expect(platform.ready()).toBe(false);
  expect(logged).toMatchObject([{ msg: expect.stringContaining(`can’t be reached at ${fake.apiUrl}`) }]);
  await fake.waitFor('the commands', () => platform.ready() && fake.commands.find('story', undefined));
  const channel = fake.world.addChannel().id;
  fake.people.slash({ channel, user: fake.world.addUser('ann').id }, 'story', { prompt: 'Count:' });
  await messageWith(fake, channel, 'Continue');
});
