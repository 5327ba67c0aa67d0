import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FakeInteraction } from '../../test/fakes/discord/interactions.ts';
import { manageChannels, type OptionValues } from '../../test/fakes/discord/people.ts';
import { FakeDiscord } from '../../test/fakes/discord/server.ts';
import type { FakeMessage } from '../../test/fakes/discord/world.ts';
import { CountingGenerator, counted } from '../../test/fakes/generator.ts';
import { useDatabase } from '../../test/support/database.ts';
import { type DiscordBot, labelsOf, messageWith, startDiscord } from '../../test/support/discord.ts';
import { twoFiles } from '../../test/support/two-files.ts';

const database = useDatabase();
let fake: FakeDiscord;
let bot: DiscordBot;
const generator = new CountingGenerator();
let channel: string;
let ann: string;
const blocked: string[] = [];

beforeAll(async () => {
  fake = await FakeDiscord.start();
  ann = fake.world.addUser('ann').id;
  bot = await startDiscord({
    fake,
    database,
    generator,
    env: { ADMINS: `discord:${ann}` },
    admin: {
      formats: ['jsonl'],
      export: async (format, _actor, { bytes }) => twoFiles(format, bytes),
      stats: async (locale) => `stories in ${locale}: 3`,
      block: async ({ externalId }) => blocked.push(externalId) > 0,
      unblock: async () => false,
    },
  });
});
afterAll(async () => {
  await bot.stop();
  await fake.close();
});
beforeEach(() => {
  channel = fake.world.addChannel().id;
});

interface As {
  user?: string;
  in?: string;
  locale?: string;
  permissions?: bigint;
}

function ask(name: string, values: OptionValues = {}, as: As = {}): FakeInteraction {
  const { user = ann, in: where = channel, ...more } = as;
  return fake.people.slash({ channel: where, user, ...more }, name, values);
}

/** The answer to a command, once it no longer "thinks". */
function answered(interaction: FakeInteraction): Promise<FakeMessage> {
  return fake.waitFor('an answer', () => {
    const message = fake.world.messages.get(interaction.originalId ?? '');
    return message?.content || message?.files.length ? message : undefined;
  });
}

const textOf = async (interaction: FakeInteraction) => fake.textOf(await answered(interaction));

/** Tells a story to its end. */
async function tell(prompt = 'Count:', as: As = {}): Promise<FakeMessage> {
  ask('story', { prompt }, as);
  return messageWith(fake, as.in ?? channel, as.locale === 'ru' ? 'Дальше' : 'Continue');
}

describe('/story', () => {
  test('is answered by the story, with its prompt as the beginning', async () => {
    const message = await tell();
    expect(fake.textOf(message)).toBe(`Count:${counted(1, 20)}`);
    expect(labelsOf(message)).toEqual(['Continue', 'Retry', 'Undo']);
    expect(fake.world.messagesIn(channel)).toEqual([message]);
  });

  test('works in threads, in DMs, and where only the person brought the bot', async () => {
    const { world } = fake;
    const thread = world.addChannel({ type: 11, parentId: channel });
    const dm = world.addChannel({ type: 1 });
    const group = world.addChannel({ type: 3 });
    const foreign = world.addChannel({ guildId: world.addGuild({ installed: false }) });
    for (const { id } of [thread, dm, group, foreign]) {
      expect(fake.textOf(await tell('Count:', { in: id }))).toBe(`Count:${counted(1, 20)}`);
    }
    const refused = fake.transcript.calls.filter(({ status }) => status >= 400);
    expect(refused).toEqual([]);
  });

  test('speaks the language of the person', async () => {
    expect(labelsOf(await tell('Count:', { locale: 'ru' }))).toEqual(['Дальше', 'Ещё раз', 'Отменить']);
  });

  test('refuses in a sentence', async () => {
    expect(await textOf(ask('story', { prompt: ' ' }))).toContain('Type how the story begins');
  });
});

test('/continue writes on, in a new message', async () => {
  const first = await tell();
  generator.last = 25;
  ask('continue');
  const second = await fake.waitFor('the next part', () => {
    const last = fake.world.messagesIn(channel).at(-1);
    return last !== first && labelsOf(last).includes('Continue') ? last : undefined;
  });
  generator.last = 20;
  expect(fake.textOf(second)).toBe(counted(21, 25).trim());
});

test('/continue says so where there is no story', async () => {
  expect(await textOf(ask('continue'))).toContain('no story here yet');
});

test('/undo takes the newest part back, and marks it', async () => {
  const message = await tell();
  const undo = ask('undo');
  expect(await textOf(undo)).toContain('Taken back');
  expect((await answered(undo)).onlyFor).toBe(ann);
  await fake.waitFor('the mark', () => fake.textOf(message).endsWith('Taken back.'));
  expect(labelsOf(message)).toEqual(['Retry']);
});

test('/stop stops, and says when there is nothing to stop', async () => {
  expect(await textOf(ask('stop'))).toContain('Nothing is being written');
  generator.gate = new AbortController();
  ask('story', { prompt: 'Count:' });
  await messageWith(fake, channel, 'Stop');
  expect(await textOf(ask('stop'))).toBe('I am stopping.');
  const message = await messageWith(fake, channel, 'Continue');
  generator.gate = undefined;
  expect(fake.textOf(message)).toContain('Stopped.');
});

test('/history lists the stories of this channel only', async () => {
  expect(await textOf(ask('history'))).toContain('No stories');
  await tell('One **bold** fox');
  const text = await textOf(ask('history'));
  expect(text).toContain('• One **bold** fox (1 part)');
  expect(await textOf(ask('history', {}, { in: fake.world.addChannel().id }))).toContain('No stories');
});

describe('/settings', () => {
  test('shows them to all, and changes them for those who may manage the channel', async () => {
    expect(await textOf(ask('settings'))).toContain('Length: 320 tokens');
    expect(await textOf(ask('settings', { length: 16 }))).toContain('Only members who may manage');
    const changes = { length: 16, temperature: 1.5, 'top-k': 5, 'top-p': 0.5, 'min-p': 0.1, language: 'ru' };
    const changed = await textOf(ask('settings', changes, { permissions: manageChannels }));
    for (const line of ['16 tokens', '1.5', 'Top-k: 5', 'Top-p: 0.5', 'Min-p: 0.1', 'Language: Russian']) {
      expect(changed).toContain(line);
    }
    const message = await tell('Count:', { locale: 'ru' });
    expect(fake.textOf(message)).toBe(`Count:${counted(1, 16)}`);
    const reset = await textOf(ask('settings', { reset: true }, { permissions: manageChannels }));
    expect(reset).toContain('320 tokens');
  });

  test('can be changed by anybody in a DM', async () => {
    const dm = fake.world.addChannel({ type: 1 }).id;
    expect(await textOf(ask('settings', { length: 99 }, { in: dm }))).toContain('99 tokens');
  });
});

test('/clear asks first, and is for those who may manage the channel', async () => {
  await tell();
  expect(await textOf(ask('clear'))).toContain('Only members who may manage');
  const manager = { channel, user: ann, permissions: manageChannels };
  const asked = ask('clear', {}, manager);
  const question = await answered(asked);
  expect(labelsOf(question)).toEqual(['Remove', 'Cancel']);
  fake.people.press(manager, question, 'Remove');
  await fake.waitFor('the removal', () => fake.textOf(question).includes('(1)'));
  expect(labelsOf(question)).toEqual([]);
  expect(await textOf(ask('history'))).toContain('No stories');
});

test('/forget asks first, and can be cancelled', async () => {
  const question = await answered(ask('forget'));
  expect(question.onlyFor).toBe(ann);
  fake.people.press({ channel, user: ann }, question, 'Cancel');
  await fake.waitFor('the answer', () => fake.textOf(question) === 'Nothing was changed.');
});

test('/export offers the stories of the channel', async () => {
  await tell('The red fox');
  await tell('The blue whale');
  const type = () => fake.people.complete({ channel, user: ann }, 'export', 'story', 'FOX');
  let typed = type();
  const choices = await fake.waitFor('choices', () => {
    // The database may take longer than the 3 s: whoever types goes on typing.
    if (fake.interactions.isLost(typed)) typed = type();
    return typed.choices;
  });
  expect(choices).toEqual([{ name: 'The red fox', value: expect.any(String) }]);
});

test('/export gives the channel’s stories as a file', async () => {
  await tell('The red fox');
  const { files } = await answered(ask('export', { format: 'text' }));
  expect(files).toHaveLength(1);
  const file = new TextDecoder().decode(files[0]?.data);
  for (const part of ['ann:', 'The red fox', counted(1, 20)]) expect(file).toContain(part);
  const elsewhere = fake.world.addChannel().id;
  expect(await textOf(ask('export', { format: 'text' }, { in: elsewhere }))).toContain('no story here');
});

test('/forget removes what the person wrote', async () => {
  const bob = fake.world.addUser('bob').id;
  await tell('Count:', { user: bob });
  const question = await answered(ask('forget', {}, { user: bob }));
  fake.people.press({ channel, user: bob }, question, 'Remove');
  await fake.waitFor('the answer', () => fake.textOf(question).includes('Forgotten'));
  const known = await database.db
    .selectFrom('authors')
    .select('name')
    .where('external_id', '=', bob)
    .execute();
  expect(known).toEqual([]);
});

describe('/admin', () => {
  test('is only for those whom ADMINS names', async () => {
    const bob = fake.world.addUser('bob').id;
    expect(await textOf(ask('admin stats', {}, { user: bob }))).toContain('for the people who host me');
  });

  test('exports, counts, blocks and unblocks', async () => {
    expect(await textOf(ask('admin stats'))).toBe('stories in en-US: 3');
    const exported = await answered(ask('admin export', { format: 'jsonl' }));
    expect(exported.files).toMatchObject([{ name: 'all-1.jsonl' }]);
    const more = await fake.waitFor('the second file', () =>
      [...fake.world.messages.values()].find(({ files }) => files[0]?.name === 'all-2.jsonl'),
    );
    expect([more.files[0]?.data.length, more.onlyFor]).toEqual([10 * 1024 * 1024, ann]);
    expect(await textOf(ask('admin block', { user: '77' }))).toBe('Blocked.');
    expect(blocked).toEqual(['77']);
    expect(await textOf(ask('admin unblock', { user: '77' }))).toContain('Nobody of that name');
  });
});

test('nothing that was done here was refused, logged as trouble, or pinged anybody', () => {
  expect(bot.logged).toEqual([]);
  expect(fake.transcript.avoidable429).toEqual([]);
  expect([...fake.world.messages.values()].flatMap(({ pinged }) => pinged)).toEqual([]);
});
