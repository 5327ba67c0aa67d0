import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { pino } from 'pino';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/clock.ts';
import { beginCommand, command } from '../../test/support/commands.ts';
import { soon } from '../../test/support/soon.ts';
import { accept as acceptBy, reasonOf, useStoryteller } from '../../test/support/told.ts';
import { setBlocked } from '../export/authors.ts';
import { connect } from '../storage/connection.ts';
import { claimTurn, endTurn, saveDelivery } from '../storage/leases.ts';
import { deleteStories } from '../storage/stories.ts';
import { saveMessageRefs } from '../storage/turns.ts';
import type { StoryCommand } from './command.ts';
import { createStoryteller, type Storyteller } from './storyteller.ts';

const { create, database, write } = useStoryteller();
let storyteller: Storyteller;
let channel: string;

beforeAll(() => {
  storyteller = create();
});
beforeEach(() => {
  channel = randomUUID();
});

const accept = (given: StoryCommand, by = storyteller) => acceptBy(by, given);

describe('a story', () => {
  it('is begun, written on, and told in another version', async () => {
    const first = await accept(beginCommand('In a city under the sea,', channel));
    expect(first).toMatchObject({ state: 'queued', parentId: null, prompt: 'In a city under the sea,' });
    expect(first.options).toMatchObject({
      maxTokens: 320,
      temperature: 0.8,
      topK: 40,
      topP: 0.95,
      minP: 0.05,
    });
    await write(' lived a cat.');
    const second = await accept(command('continue', {}, channel));
    expect(second).toMatchObject({ parentId: first.id, prompt: '', storyId: first.storyId });
    await write(' It slept.');
    const other = await accept(command('retry', {}, channel));
    expect(other).toMatchObject({ parentId: first.id, storyId: first.storyId });
    expect(other.options.seed).not.toBe(second.options.seed);
    await write(' It flew.');
    expect(await storyteller.view(other.id)).toMatchObject({
      versionIds: [second.id, other.id],
      isHead: true,
    });

    const shown = await storyteller.handle(command('show', { turnId: second.id }, channel));
    expect(shown).toMatchObject({ kind: 'shown', view: { isHead: true, turn: { text: ' It slept.' } } });
    const third = await accept(command('continue', { prompt: 'Then' }, channel));
    expect(third).toMatchObject({ parentId: second.id, prompt: 'Then' });
    await write(' it woke.');
  });

  it('is taken back turn by turn, to nothing, and no further', async () => {
    const first = await accept(beginCommand('A', channel));
    await write(' one');
    const second = await accept(command('continue', {}, channel));
    await write(' two');
    expect(await storyteller.handle(command('undo', { turnId: first.id }, channel))).toMatchObject({
      reason: 'nothingToUndo',
    });
    expect(await storyteller.handle(command('undo', {}, channel))).toMatchObject({
      kind: 'undone',
      removed: { id: second.id },
      head: { turn: { id: first.id }, isHead: true },
    });
    expect(await storyteller.handle(command('undo', {}, channel))).toMatchObject({
      kind: 'undone',
      head: undefined,
    });
    expect(reasonOf(await storyteller.handle(command('undo', {}, channel)))).toBe('nothingToUndo');
    expect(reasonOf(await storyteller.handle(command('continue', {}, channel)))).toBe('nothingToContinue');
    expect(await storyteller.handle(command('history', {}, channel))).toMatchObject({ stories: [] });
  });

  it('is taken back with its messages, which people may see a moment before they are stored', async () => {
    const clock = new FakeClock();
    const turn = await accept(beginCommand('A', channel));
    const owner = randomUUID();
    await claimTurn(database.db, owner, ['test']);
    const end = { text: ' one', completionTokens: 1, endReason: 'stop' };
    await endTurn(database.db, turn.id, owner, 'finished', end);
    const undone = create({}, clock).handle(command('undo', { turnId: turn.id }, channel));
    await soon(() => expect(clock.sleeping).toBe(1));
    await saveMessageRefs(database.db, turn, [7]);
    await saveDelivery(database.db, turn.id, owner, 'delivered');
    await clock.advance(100);
    expect(await undone).toMatchObject({ kind: 'undone', removed: { id: turn.id, messageRefs: [7] } });
  });

  it('stands in its channel’s history, and goes when the channel is cleared', async () => {
    await accept(beginCommand('A cat', channel));
    await write(' slept.');
    await accept(beginCommand('A dog', channel));
    expect(reasonOf(await storyteller.handle(command('clear', {}, channel)))).toBe('stillWriting');
    await write(' barked.');
    const history = await storyteller.handle(command('history', {}, channel));
    expect(history).toMatchObject({
      stories: [
        { title: 'A dog', turns: 1, excerpt: ' barked.' },
        { title: 'A cat', turns: 1, excerpt: ' slept.' },
      ],
    });
    expect(await storyteller.handle(command('clear', {}, channel))).toEqual({ kind: 'cleared', stories: 2 });
    expect(await storyteller.handle(command('history', {}, channel))).toEqual({
      kind: 'history',
      stories: [],
    });
  });
});

describe('an event', () => {
  it('that is told twice, even at once, is done once', async () => {
    const given = beginCommand('Once', channel);
    const outcomes = await Promise.all([
      storyteller.handle(given),
      storyteller.handle(given),
      storyteller.handle(given),
    ]);
    const ids = outcomes.map((outcome) => (outcome.kind === 'accepted' ? outcome.turn.id : outcome.kind));
    expect(new Set(ids).size).toBe(1);
    expect(await storyteller.handle(command('history', {}, channel))).toMatchObject({
      stories: [{ turns: 1 }],
    });
    await write('');
  });
});

it('to forget somebody whose stories are just being cleared is done all the same', async () => {
  const { db } = database;
  const turn = await accept(beginCommand('Mine', channel, 'dan'));
  await write('');
  const { forgetting } = await db.transaction().execute(async (transaction) => {
    const story = transaction.selectFrom('stories').select('id').where('id', '=', turn.storyId);
    await story.forUpdate().execute();
    const forgetting = storyteller.handle(command('forget', {}, channel, 'dan'));
    await soon(async () => {
      const { rows } = await sql`select from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
      expect(rows).toHaveLength(1);
    });
    await deleteStories(transaction, turn.channelId);
    return { forgetting };
  });
  expect(reasonOf(await forgetting)).toBe('forgotten');
});

describe('what can’t be done is refused with its sentence', () => {
  it.each([
    ['empty', beginCommand('  ')],
    ['controlCharacters', beginCommand('a\u0007b')],
    ['brokenText', beginCommand('a\uD800b')],
    ['tooLong', beginCommand('x'.repeat(5_000))],
    ['nothingToContinue', command('continue', {}, 'nowhere')],
    ['nothingToContinue', command('retry', {}, 'nowhere')],
    ['nothingToStop', command('stop', {}, 'nowhere')],
    ['nothingToUndo', command('undo', {}, 'nowhere')],
    ['notFound', command('show', { turnId: 'not-an-id' }, 'nowhere')],
    ['notFound', command('continue', { turnId: randomUUID() }, 'nowhere')],
    ['badSetting', command('settings', { changes: { temperature: 3 } })],
    ['badSetting', command('settings', { changes: { maxTokens: 15 } })],
    ['badSetting', command('settings', { changes: { language: 'xx' } })],
  ])('%s', async (reason, given) => {
    const outcome = await storyteller.handle(given);
    expect(reasonOf(outcome)).toBe(reason);
    expect(outcome.kind === 'refused' && outcome.text).toMatch(/\w.+[.,]$/);
  });

  it('in the person’s language', async () => {
    const outcome = await storyteller.handle({ ...beginCommand(''), locale: 'ru-RU' });
    expect(outcome.kind === 'refused' && outcome.text).toMatch(/^Напишите/);
  });

  it('when it is another channel’s', async () => {
    const turn = await accept(beginCommand('Mine', channel));
    await write('');
    for (const kind of ['show', 'continue', 'retry', 'undo', 'stop'] as const) {
      await accept(beginCommand('Other', 'other channel'));
      await write('');
      expect(reasonOf(await storyteller.handle(command(kind, { turnId: turn.id }, 'other channel')))).toBe(
        'notFound',
      );
    }
  });

  it('when somebody who is blocked would change anything, though they may always be forgotten', async () => {
    await accept(beginCommand('Mine', channel, 'eve'));
    await write('');
    await setBlocked(database.db, { platform: 'test', externalId: 'eve' }, true, 'test');
    for (const kind of ['continue', 'retry', 'undo', 'stop', 'settings', 'clear'] as const)
      expect(reasonOf(await storyteller.handle(command(kind, {}, channel, 'eve')))).toBe('blocked');
    expect(reasonOf(await storyteller.handle(command('forget', {}, channel, 'eve')))).toBe('forgotten');
  });

  it('when the version to show is not written yet', async () => {
    const first = await accept(beginCommand('A', channel));
    await write(' one');
    const next = () => accept(command('continue', { turnId: first.id }, channel));
    const [waiting, stopped] = [await next(), await next()];
    await storyteller.handle(command('stop', { turnId: stopped.id }, channel));
    const shown = await storyteller.handle(command('show', { turnId: waiting.id }, channel));
    expect(reasonOf(shown)).toBe('stillWriting');
    await write(' two');
  });

  it('when the database is gone, and nothing is thrown', async () => {
    const logger = pino({ level: 'silent' });
    const access = { allow: [], deny: [], turnsPerHour: 0 };
    const gone = connect('postgres://nobody@127.0.0.1:1/none', logger);
    const lost = createStoryteller({ db: gone, access, clock: new FakeClock(), logger });
    expect(reasonOf(await lost.handle(beginCommand('Once')))).toBe('databaseDown');
    await gone.destroy();
  });
});

describe('settings', () => {
  it('are kept for the channel, used for its turns, and can be reset', async () => {
    await storyteller.handle(command('settings', { changes: { temperature: 1.5, language: 'ru' } }, channel));
    const outcome = await storyteller.handle(command('settings', { changes: { maxTokens: 16 } }, channel));
    expect(outcome).toEqual({
      kind: 'settings',
      settings: { temperature: 1.5, language: 'ru', maxTokens: 16 },
      changed: true,
    });
    const turn = await accept(beginCommand('Once', channel));
    expect(turn).toMatchObject({ locale: 'ru', options: { temperature: 1.5, maxTokens: 16, topK: 40 } });
    await write('');
    await storyteller.handle(command('settings', { reset: true }, channel));
    expect(await storyteller.handle(command('settings', {}, channel))).toMatchObject({ settings: {} });
  });
});
