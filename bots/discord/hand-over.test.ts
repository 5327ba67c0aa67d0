import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../src/ops/clock.ts';
import { FakeDiscord } from '../../test/fakes/discord/server.ts';
import type { FakeMessage } from '../../test/fakes/discord/world.ts';
import { PacedGenerator } from '../../test/fakes/paced-generator.ts';
import { useDatabase } from '../../test/support/database.ts';
import { type DiscordBot, labelsOf, messageWith, startDiscord } from '../../test/support/discord.ts';
import { soon } from '../../test/support/soon.ts';

/** Runs as time does, but for the jumps that a test makes. */
class JumpingClock implements Clock {
  ahead = 0;
  now = () => systemClock.now() + this.ahead;
  sleep = systemClock.sleep;
}

const minute = 60_000;
const words = Array.from({ length: 150 }, (_, index) => ` word${index}`).join('');

const database = useDatabase();
let clock: JumpingClock;
let fake: FakeDiscord;
let bot: DiscordBot;
let user: string;
let generator: PacedGenerator;

beforeEach(async () => {
  clock = new JumpingClock();
  fake = await FakeDiscord.start({ clock });
  user = fake.world.addUser('ann').id;
  generator = new PacedGenerator(() => words, 60);
  generator.heldAt = 140;
  bot = await startDiscord({ fake, database, generator, clock });
});
afterEach(async () => {
  await bot.stop();
  await fake.close();
});

/** Asks for a story, and gives its message once some words are there. */
function begin(channel: string): Promise<FakeMessage> {
  fake.people.slash({ channel, user }, 'story', { prompt: 'Words:' });
  return fake.waitFor('some words', () =>
    fake.world.messagesIn(channel).find((one) => fake.textOf(one).includes('word5')),
  );
}

/** Has the rest of the story written. */
function goOn(): void {
  generator.wordMs = 5;
  generator.heldAt = 150;
}

describe('after the interaction’s 15 minutes', () => {
  test('a member goes on in the same message', async () => {
    const channel = fake.world.addChannel().id;
    const message = await begin(channel);
    goOn();
    clock.ahead += 20 * minute;
    await messageWith(fake, channel, 'Continue');
    expect(fake.textOf(message)).toBe(`Words:${words}`);
    expect(fake.world.messagesIn(channel)).toEqual([message]);
    expect(fake.transcript.invalid).toEqual([]);
  });

  test('who is no member says in time how to see the rest, and shows it', async () => {
    const channel = fake.world.addChannel({ guildId: fake.world.addGuild({ installed: false }) }).id;
    const first = await begin(channel);
    clock.ahead += 13 * minute;
    await fake.waitFor('the offer', () => labelsOf(first).includes('Show the rest'));
    expect(fake.textOf(first)).toContain('The story goes on');
    clock.ahead += 2 * minute;

    fake.people.press({ channel, user }, first, 'Show the rest');
    const second = await fake.waitFor('what is there', () =>
      fake.world.messagesIn(channel).find((one) => one !== first && labelsOf(one).includes('Show the rest')),
    );
    expect(fake.textOf(second)).toContain('Words: word0 word1');

    goOn();
    const deliveries = database.db.selectFrom('turns').select('delivery').where('locale', '=', 'en-US');
    await soon(async () => expect(await deliveries.execute()).toContainEqual({ delivery: 'undeliverable' }));
    fake.people.press({ channel, user }, second, 'Show the rest');
    const third = await messageWith(fake, channel, 'Continue');
    expect(fake.textOf(third)).toBe(`Words:${words}`);
    expect(fake.transcript.invalid).toEqual([]);
  });
});

describe('in the middle of a story', () => {
  test('a message that somebody deletes is written anew', async () => {
    const channel = fake.world.addChannel().id;
    const message = await begin(channel);
    goOn();
    message.deleted = true;
    const anew = await messageWith(fake, channel, 'Continue');
    expect(fake.textOf(anew)).toBe(`Words:${words}`);
    expect(fake.world.messagesIn(channel)).toEqual([anew]);
  });

  test('a bot that is thrown out writes on with the interaction’s token', async () => {
    const channel = fake.world.addChannel();
    const message = await begin(channel.id);
    goOn();
    channel.access = 'none';
    await messageWith(fake, channel.id, 'Continue');
    expect(fake.textOf(message)).toBe(`Words:${words}`);
    expect(fake.transcript.invalid.map(({ code }) => code)).toEqual([50001]);
  });

  test('a bot that may only read any more still edits', async () => {
    const channel = fake.world.addChannel();
    const message = await begin(channel.id);
    goOn();
    channel.access = 'readonly';
    clock.ahead += 20 * minute;
    await messageWith(fake, channel.id, 'Continue');
    expect(fake.textOf(message)).toBe(`Words:${words}`);
  });
});
