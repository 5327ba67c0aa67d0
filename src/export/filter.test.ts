import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { useDatabase } from '../../test/support/database.ts';
import { useFolder } from '../../test/support/folder.ts';
import { type Told, tellStory } from '../../test/support/history.ts';
import { pathTo } from '../storage/turns.ts';
import { exportHistory } from './export.ts';
import { type HistoryFilter, parseFilter } from './filter.ts';
import { formats } from './formats.ts';
import { restore } from './restore.ts';

const folder = useFolder();
const here = useDatabase();
const elsewhere = useDatabase();
const told: Told[] = [];

async function jsonlOf(filter: HistoryFilter): Promise<string> {
  const options = { db: here.db, format: formats.jsonl, filter, locale: 'en', takenAt: new Date() };
  return exportHistory(options, async (pieces) => {
    let all = '';
    for await (const piece of pieces) all += Buffer.from(piece).toString();
    return all;
  });
}

async function storiesOf(filter: HistoryFilter): Promise<number[]> {
  const records = (await jsonlOf(filter))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const ids = records.filter((record) => record.type === 'story').map((record) => record.id);
  const turns = records.filter((record) => record.type === 'turn').map((record) => record.id);
  expect(turns).toEqual(
    told.filter((story) => ids.includes(story.storyId)).flatMap((story) => story.turnIds),
  );
  return told.flatMap((story, index) => (ids.includes(story.storyId) ? [index] : []));
}

beforeAll(async () => {
  const at = (day: number) => new Date(Date.UTC(2026, 0, day));
  told.push(
    await tellStory(here.db, [
      { text: 'Once', author: 'Ann', at: at(1) },
      { text: 'more', author: 'Bob', at: at(5) },
    ]),
    await tellStory(here.db, [{ text: 'Twice', author: "O'Brien", at: at(3) }], { channel: '2' }),
    await tellStory(
      here.db,
      [{ prompt: 'p', text: 'Thrice', author: 'Bob', at: at(7) }, { text: 'a' }, { text: 'b', after: 0 }],
      { channel: '2', head: 1 },
    ),
  );
});

describe('a filter takes whole stories', () => {
  it.each<[string, () => HistoryFilter, number[]]>([
    ['all', () => ({}), [0, 1, 2]],
    ['a channel by name', () => ({ channel: 'discord:2' }), [1, 2]],
    ['a channel by id', () => ({ channel: told[0]!.channelId }), [0]],
    ['a story', () => ({ story: told[1]!.storyId }), [1]],
    ['an author', () => ({ author: 'discord:Bob' }), [0, 2]],
    ['an author with a quote', () => ({ author: "discord:O'Brien" }), [1]],
    ['a time span', () => ({ since: new Date('2026-01-03'), until: new Date('2026-01-06') }), [0, 1]],
    ['an author in a channel', () => ({ channel: 'discord:2', author: 'discord:Bob' }), [2]],
    ['nobody', () => ({ author: 'discord:Nobody' }), []],
  ])('by %s', async (_what, filter, stories) => {
    expect(await storiesOf(filter())).toEqual(stories);
  });

  it.each([
    [{ channel: 'nowhere' }, 'channel must be platform:id'],
    [{ story: '1' }, 'story must be the id of a story'],
    [{ since: 'yesterday' }, 'since must be a date or a time'],
  ])('and %j is refused', (input, sentence) => {
    expect(() => parseFilter(input)).toThrow(sentence);
  });
});

it('a story exported as JSONL is the same on another instance, where its channel and author are known already', async () => {
  await tellStory(elsewhere.db, [{ text: 'their own', author: 'Bob' }], { channel: '2' });
  const path = join(folder, 'story.jsonl');
  writeFileSync(path, await jsonlOf({ story: told[2]!.storyId }));
  await restore({ db: elsewhere.db, paths: [path], merge: true });
  await restore({ db: elsewhere.db, paths: [path], merge: true });
  const head = told[2]!.turnIds[1]!;
  const theirs = await pathTo(elsewhere.db, head);
  const ours = await pathTo(here.db, head);
  const shown = ({ prompt, text, state, options, model, createdAt }: (typeof ours)[number]) => ({
    prompt,
    text,
    state,
    options,
    model,
    createdAt,
  });
  expect(theirs.map(shown)).toEqual(ours.map(shown));
  const channels = await elsewhere.db.selectFrom('channels').selectAll().execute();
  expect(channels).toHaveLength(1);
  expect(theirs[0]?.channelId).toBe(channels[0]?.id);
});
