import { beforeAll, expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/clock.ts';
import { useDatabase } from '../../test/support/database.ts';
import { tellStory } from '../../test/support/history.ts';
import { createAdminActions } from './admin-actions.ts';
import { erase } from './erase.ts';
import { keepFigures } from './figures.ts';
import { readStats } from './stats.ts';

const database = useDatabase();
const now = Date.UTC(2026, 10, 25, 12);
const at = (day: number, hour = 10) => new Date(Date.UTC(2026, 10, day, hour));

beforeAll(async () => {
  await tellStory(database.db, [
    { text: 'one two three', author: 'Ann', at: at(1) },
    { text: 'four\nfive', author: 'Bob', at: at(1, 23) },
    { text: 'six', author: 'Ann', at: at(25) },
  ]);
  await database.db.updateTable('turns').set({ edits: 2, rate_limited: 1 }).execute();
  await tellStory(database.db, [{ text: 'seven', author: 'Ann', at: at(24) }], { channel: '2' });
});

it('leaves out the days that are over until they are counted, and says so', async () => {
  const before = await readStats(database.db, now, 30);
  expect([before.counting, before.totals.turns]).toEqual([true, 2]);
  await keepFigures(database.db, now);
  const after = await readStats(database.db, now, 30);
  expect([after.counting, after.totals.turns]).toEqual([false, 4]);
});

it('counts by day and platform', async () => {
  const stats = await readStats(database.db, now, 30);
  expect(
    stats.days.map((day) => [day.day, day.turns, day.words, day.tokens, day.authors, day.channels]),
  ).toEqual([
    ['2026-11-01', 2, 5, 24, 2, 1],
    ['2026-11-24', 1, 1, 12, 1, 1],
    ['2026-11-25', 1, 1, 12, 1, 1],
  ]);
  expect(stats.days[0]).toMatchObject({
    platform: 'discord',
    finished: 2,
    failed: 0,
    edits: 4,
    rateLimited: 2,
    queueMs: { median: 0, p95: 0 },
    firstTokenMs: { median: 120, p95: 120 },
    tokensPerSecond: 13.4,
  });
  expect(stats.totals).toEqual({ turns: 4, stories: 2, channels: 2, authors: 2, tokens: 48, words: 7 });
});

it('keeps the counts of days that are over when somebody is forgotten', async () => {
  await erase(database.db, { kind: 'author', reference: 'discord:Bob' }, 'cli');
  const { days } = await readStats(database.db, now, 30);
  expect(days[0]).toMatchObject({ turns: 2, words: 5, tokens: 24 });
});

it('leaves out what is older than asked for, but not from the totals', async () => {
  const stats = await readStats(database.db, now, 2);
  expect(stats.days.map((day) => day.day)).toEqual(['2026-11-24', '2026-11-25']);
  expect(stats.totals.turns).toBe(4);
});

it('tells people who may ask in a chat', async () => {
  const actions = createAdminActions(database.db, new FakeClock(now));
  expect(await actions.stats('en')).toContain('In all: 4 turns in 2 stories, 7 words.');
  expect(await actions.stats('en')).toContain('Shown in 2 posts and edits, 1 of them put off');
  expect(await actions.stats('ru')).toContain('Всего: частей — 4');
  const files = await actions.export('text', 'discord:1', { bytes: 1_000_000, files: 1 });
  for await (const { data } of files) expect(Buffer.from(data).toString()).toContain('one two three');
  expect(await actions.block({ platform: 'discord', externalId: 'Ann' }, 'discord:1')).toBe(true);
  expect(await actions.unblock({ platform: 'discord', externalId: 'Nobody' }, 'discord:1')).toBe(false);
  const log = await database.db.selectFrom('audit_log').select(['actor', 'action']).orderBy('id').execute();
  expect(log.slice(1)).toEqual([
    { actor: 'discord:1', action: 'export' },
    { actor: 'discord:1', action: 'block' },
  ]);
});
