import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { seedHistory } from '../../../bench/seed-history.ts';
import { makeTexts } from '../../../bench/seed-texts.ts';
import { firstUncounted } from '../../../src/export/figures.ts';
import { weights } from '../../../src/export/split.ts';
import type { Database } from '../../../src/storage/database.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { authorsQuery } from './authors.ts';
import { newestSearchQuery, searchQuery, storiesQuery } from './history-queries.ts';
import { liveQuery } from './live.ts';

const database = useDatabase();
const turns = 20_000;

beforeAll(() => seedHistory(database.db, turns, makeTexts(400), () => undefined), 300_000);

/** How PostgreSQL goes about a query: the kinds of steps, and the most rows that any of them looked at. */
async function planOf(db: Database, query: RawBuilder<unknown>): Promise<{ text: string; rows: number }> {
  const { rows } = await sql<{
    'QUERY PLAN': string;
  }>`explain (analyze, timing off, costs off, summary off) ${query}`.execute(db);
  const text = rows.map((row) => row['QUERY PLAN']).join('\n');
  const looked = [...text.matchAll(/actual rows=([\d.]+) loops=(\d+)|Rows Removed by \w+: (\d+)/g)];
  return {
    text,
    rows: Math.max(
      ...looked.map(([, rows, loops, removed]) => (removed ? Number(removed) : Number(rows) * Number(loops))),
    ),
  };
}

const channel = `0190cccc-0000-7000-8000-${(3).toString(16).padStart(12, '0')}`;
const author = `0190aaaa-0000-7000-8000-${(5).toString(16).padStart(12, '0')}`;
const story = `01905555-0000-7000-8000-${(7).toString(16).padStart(12, '0')}`;
const before = `2026-06-01T00:00:00.000000Z_${channel}`;

describe('with a long history, pages look at little of it', () => {
  it.each<[string, () => RawBuilder<unknown>, string]>([
    ['all stories', () => storiesQuery({}), 'stories_by_time'],
    ['the next page of them', () => storiesQuery({ before }), 'stories_by_time'],
    ['a channel’s', () => storiesQuery({ channel }), 'stories_by_channel'],
    ['an author’s', () => storiesQuery({ author }), 'turns_by_author'],
    [
      'a time’s',
      () => storiesQuery({ since: new Date('2026-03-01'), until: new Date('2026-03-02') }),
      'stories_by_time',
    ],
    ['a rare word', () => searchQuery({ q: 'lantern77' }), 'turns_search'],
    ['what is live', () => liveQuery, 'turns_waiting'],
    ['the first day to be counted', () => firstUncounted('2026-11-25'), 'turns_by_time'],
    ['the weights of a channel’s stories', () => weights({ channel }, 'story_id'), 'turns_by_story'],
    ['the weights of a story’s turns', () => weights({ story }, 'id'), 'turns_by_story'],
  ])('%s', async (_what, query, index) => {
    const { text, rows } = await planOf(database.db, query());
    expect(text).toMatch(new RegExp(index));
    expect(text).not.toMatch(/Seq Scan on turns/);
    expect({ text, few: rows < turns / 4 }).toEqual({ text, few: true });
  });

  it.each<[string, () => RawBuilder<unknown>, string]>([
    ['a common word', () => newestSearchQuery({ q: 'forest' }), 'turns_by_time'],
    ['a common word that is not in the newest', () => searchQuery({ q: 'lantern' }), 'turns_search'],
    [
      'a common word of an author',
      () => searchQuery({ q: 'forest', author }),
      'turns_by_author|turns_search',
    ],
    ['authors', () => authorsQuery(''), 'Index Only Scan using turns_by_author'],
    ['somebody', () => authorsQuery(author), 'Index Only Scan using turns_by_author'],
  ])('%s: by an index', async (_what, query, index) => {
    const { text } = await planOf(database.db, query());
    expect(text).toMatch(new RegExp(index));
    expect(text).not.toMatch(/Seq Scan on turns/);
  });
});
