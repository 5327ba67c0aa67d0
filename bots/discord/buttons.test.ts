import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FakeDiscord } from '../../test/fakes/discord/server.ts';
import type { FakeMessage } from '../../test/fakes/discord/world.ts';
import { CountingGenerator, counted } from '../../test/fakes/generator.ts';
import { PacedGenerator } from '../../test/fakes/paced-generator.ts';
import { useDatabase } from '../../test/support/database.ts';
import { type DiscordBot, labelsOf, messageWith, startDiscord } from '../../test/support/discord.ts';

const database = useDatabase();
const generator = new CountingGenerator();
let fake: FakeDiscord;
let bot: DiscordBot;
let channel: string;
let user: string;

beforeAll(async () => {
  fake = await FakeDiscord.start();
  user = fake.world.addUser('ann').id;
  bot = await startDiscord({ fake, database, generator });
});
afterAll(async () => {
  await bot.stop();
  await fake.close();
});
beforeEach(() => {
  channel = fake.world.addChannel().id;
});

async function tell(prompt = 'Count:', where = channel): Promise<FakeMessage> {
  fake.people.slash({ channel: where, user }, 'story', { prompt });
  return messageWith(fake, where, 'Continue');
}

const press = (message: FakeMessage, label: string) =>
  fake.people.press({ channel: message.channelId, user }, message, label);

const becomes = (message: FakeMessage, text: string) =>
  fake.waitFor(`"${text}", not "${fake.textOf(message)}"`, () => fake.textOf(message).includes(text));

/** The newest message that only the person sees. */
const whisper = () =>
  fake.waitFor('a whisper', () => fake.world.messagesIn(channel, user).find((one) => one.onlyFor));

test('Continue is answered by the next part', async () => {
  const first = await tell();
  press(first, 'Continue');
  const second = await fake.waitFor('the next part', () => {
    const last = fake.world.messagesIn(channel).at(-1);
    return last !== first && labelsOf(last).includes('Continue') ? last : undefined;
  });
  expect(fake.textOf(second)).toContain('(The storyteller had nothing to add.)');
  expect(fake.textOf(first)).toBe(`Count:${counted(1, 20)}`);
});

test('Continue that two press at once is answered twice, each in a message of its own', async () => {
  const first = await tell();
  generator.last = 25;
  generator.gate = new AbortController();
  const answers = [press(first, 'Continue'), press(first, 'Continue')];
  // Whoever comes second is told of the first.
  await whisper();
  generator.gate.abort();
  for (const { id } of answers) {
    await fake.waitFor('an answer with the next part', () =>
      fake.world
        .messagesIn(channel)
        .find((one) => one.interactionId === id && fake.textOf(one).startsWith(counted(21, 25).trim())),
    );
  }
  generator.gate = undefined;
  generator.last = 20;
});

describe.each([
  ['a server', () => channel],
  ['a group that the bot is no member of', () => fake.world.addChannel({ type: 3 }).id],
])('in %s', (_, place) => {
  test('Retry writes another version into the same message, and ◀ ▶ walk between them', async () => {
    const message = await tell('Count:', place());
    press(message, 'Retry');
    await becomes(message, 'Version 2 of 2');
    expect(fake.textOf(message)).toContain(`Count:${counted(1, 20)}`);
    expect(labelsOf(message)).toEqual(['Continue', 'Retry', 'Undo', '◀', '▶']);
    press(message, '◀');
    await becomes(message, 'Version 1 of 2');
    press(message, '▶');
    await becomes(message, 'Version 2 of 2');
    expect(fake.world.messagesIn(message.channelId)).toEqual([message]);
  });

  test('Undo marks the part', async () => {
    const message = await tell('Count:', place());
    press(message, 'Undo');
    await becomes(message, 'Taken back.');
    expect(labelsOf(message)).toEqual(['Retry']);
  });
});

test('Undo gives the part before its buttons again', async () => {
  const first = await tell();
  fake.people.slash({ channel, user }, 'continue');
  const second = await fake.waitFor('the next part', () => {
    const last = fake.world.messagesIn(channel).at(-1);
    return last !== first && labelsOf(last).includes('Undo') ? last : undefined;
  });
  press(second, 'Undo');
  await becomes(second, 'Taken back.');
  await fake.waitFor('buttons', () => labelsOf(first).includes('Undo'));
});

test('Stop ends the writing, and what cannot be done is whispered', async () => {
  generator.gate = new AbortController();
  fake.people.slash({ channel, user }, 'story', { prompt: 'Count:' });
  const message = await messageWith(fake, channel, 'Stop');
  const stopId = JSON.stringify(message.components).match(/s1:stop:[\w-]+/)?.[0] ?? '';
  press(message, 'Stop');
  await becomes(message, 'Stopped.');
  generator.gate = undefined;
  message.components = [{ type: 1, components: [{ type: 2, label: 'Stop', custom_id: stopId }] }];
  press(message, 'Stop');
  const whispered = await whisper();
  expect(fake.textOf(whispered)).toContain('Nothing is being written');
  expect(fake.textOf(message)).toContain('Stopped.');
});

test('a button of a turn that is gone says so', async () => {
  const message = await tell();
  await database.db.deleteFrom('channels').where('external_id', '=', channel).execute();
  press(message, 'Retry');
  expect(fake.textOf(await whisper())).toContain('can’t find that part');
});

test('nobody reaches into another channel’s story', async () => {
  const theirs = await tell('Secret', fake.world.addChannel().id);
  const ours = await tell();
  const turnId = JSON.stringify(theirs.components).match(/s1:continue:([\w-]+)/)?.[1] ?? '';
  for (const action of ['continue', 'retry', 'rest', 'show']) {
    ours.components = [
      { type: 1, components: [{ type: 2, label: action, custom_id: `s1:${action}:${turnId}` }] },
    ];
    const { id } = press(ours, action);
    await fake.waitFor(action, () => {
      const answer = [...fake.world.messages.values()].find((one) => one.interactionId === id);
      return answer && fake.textOf(answer).includes('can’t find that part');
    });
  }
});

describe('after a restart', () => {
  test('buttons of old messages still work', async () => {
    const message = await tell();
    await bot.stop();
    bot = await startDiscord({ fake, database, generator });
    press(message, 'Retry');
    await becomes(message, 'Version 2 of 2');
  });

  test('a story goes on in the same message, every word once', async () => {
    const words = Array.from({ length: 60 }, (_, index) => ` word${index}`).join('');
    const paced = new PacedGenerator(() => words, 50);
    paced.heldAt = 40;
    await bot.stop();
    const first = await startDiscord({ fake, database, generator: paced });
    fake.people.slash({ channel, user }, 'story', { prompt: 'Words:' });
    const message = await fake.waitFor('some words', () =>
      fake.world.messagesIn(channel).find((one) => fake.textOf(one).includes('word5')),
    );
    await first.stop();
    expect(fake.textOf(message)).not.toContain('word40');
    paced.heldAt = 60;
    bot = await startDiscord({ fake, database, generator: paced });
    await messageWith(fake, channel, 'Continue');
    expect(fake.textOf(message)).toBe(`Words:${words}`);
    expect(fake.world.messagesIn(channel)).toEqual([message]);
    await bot.stop();
    bot = await startDiscord({ fake, database, generator });
  });
});

test('no limit was run into, and nothing was logged', () => {
  expect(fake.transcript.avoidable429).toEqual([]);
  expect(fake.transcript.maxEditsInFlight).toBe(1);
  expect(bot.logged).toEqual([]);
});
