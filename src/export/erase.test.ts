import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeAll, expect, it } from 'vitest';
import { useDatabase } from '../../test/support/database.ts';
import { useFolder } from '../../test/support/folder.ts';
import { type Told, tellStory } from '../../test/support/history.ts';
import type { Database } from '../storage/database.ts';
import { checkpoint, claimTurn } from '../storage/leases.ts';
import { writeDump } from './dump.ts';
import { erase } from './erase.ts';
import { restore } from './restore.ts';
import { saveTombstones } from './tombstones.ts';

const folder = useFolder();
const beforeErasure = join(folder, 'before.jsonl.gz');
const here = useDatabase();
const elsewhere = useDatabase();
const anew = useDatabase();
let story: Told;
let secret: Told;

const secretWords = /secret|Bob|hidden place/;

async function everything(db: Database): Promise<string> {
  const tables = ['authors', 'channels', 'stories', 'turns', 'audit_log'] as const;
  const rows = await Promise.all(tables.map((table) => db.selectFrom(table).selectAll().execute()));
  return JSON.stringify(rows);
}

beforeAll(async () => {
  story = await tellStory(
    here.db,
    [
      { prompt: 'a secret', text: 'secret text', author: 'Bob' },
      { text: 'told by Ann', author: 'Ann' },
      { text: 'more secret', author: 'Bob' },
    ],
    { title: 'a secret' },
  );
  secret = await tellStory(here.db, [{ text: 'a secret too', author: 'Ann' }], {
    channel: 'hidden place',
    title: 'secret title',
  });
  await writeDump(beforeErasure, { db: here.db, takenAt: new Date() });
});

it('removes the texts and the name, and keeps the tree and the counts', async () => {
  expect(await erase(here.db, { kind: 'author', reference: 'discord:Bob' }, 'cli')).toBe(2);
  expect(await erase(here.db, { kind: 'channel', reference: secret.channelId }, 'cli')).toBe(1);
  expect(await everything(here.db)).not.toMatch(secretWords);
  const turns = await here.db
    .selectFrom('turns')
    .selectAll()
    .where('story_id', '=', story.storyId)
    .orderBy('id')
    .execute();
  expect(turns.map((turn) => turn.text)).toEqual(['', 'told by Ann', '']);
  expect(turns.map((turn) => turn.parent_id)).toEqual([null, turns[0]!.id, turns[1]!.id]);
  expect(turns.map((turn) => turn.completion_tokens)).toEqual([12, 12, 12]);
  const log = await here.db.selectFrom('audit_log').select(['action', 'subject']).execute();
  expect(log.map((entry) => entry.action)).toEqual(['erase', 'erase']);
});

it('knows nobody of that name afterwards', async () => {
  expect(await erase(here.db, { kind: 'author', reference: 'discord:Bob' }, 'cli')).toBeUndefined();
});

it('stays so when an older dump is merged in', async () => {
  await restore({ db: here.db, paths: [beforeErasure], merge: true });
  expect(await everything(here.db)).not.toMatch(secretWords);
});

it('stays so when an older dump is restored elsewhere, with the tombstones that lie beside it', async () => {
  await saveTombstones(here.db, folder);
  await restore({ db: elsewhere.db, paths: [beforeErasure], merge: false });
  expect(await everything(elsewhere.db)).not.toMatch(secretWords);
  expect(await everything(elsewhere.db)).toContain('told by Ann');
});

it('stays so where the same person and the same place have other ids by now', async () => {
  await tellStory(anew.db, [{ text: 'a new beginning', author: 'Bob' }], { channel: 'hidden place' });
  await restore({ db: anew.db, paths: [beforeErasure], merge: true });
  expect(await everything(anew.db)).not.toMatch(/secret/);
  const known = await anew.db
    .selectFrom('channels')
    .select('name')
    .where('external_id', '=', 'hidden place')
    .execute();
  expect(known).toEqual([{ name: 'Channel hidden place' }]);
  expect(await everything(anew.db)).toMatch(/told by Ann.*a new beginning|a new beginning.*told by Ann/);
});

it('lets somebody come back, who is then forgotten no more than anybody', async () => {
  const again = await tellStory(here.db, [{ text: 'a new tale', author: 'Bob' }]);
  const later = join(folder, 'later.jsonl.gz');
  await writeDump(later, { db: here.db, takenAt: new Date() });
  await restore({ db: here.db, paths: [later], merge: true });
  const turn = await here.db
    .selectFrom('turns')
    .select('text')
    .where('id', '=', again.turnIds[0]!)
    .executeTakeFirst();
  expect(turn?.text).toBe('a new tale');
});

it('leaves no trace of who it was where a place is that person’s own, as in a private chat', async () => {
  const { turnIds } = await tellStory(
    here.db,
    [
      { text: 'in private', author: 'Eve' },
      { text: '', author: 'Eve' },
    ],
    {
      channel: 'Eve',
    },
  );
  await sql`update turns set dedupe_key = 'discord:Eve:' || id, message_refs = '[]'
    where id = any(${turnIds}::uuid[])`.execute(here.db);
  const before = join(folder, 'eve.jsonl.gz');
  await writeDump(before, { db: here.db, takenAt: new Date() });
  await erase(here.db, { kind: 'author', reference: 'discord:Eve' }, 'cli');
  expect(await everything(here.db)).not.toMatch(/Eve/);
  await restore({ db: here.db, paths: [before], merge: true });
  expect(await everything(here.db)).not.toMatch(/Eve/);
});

it('takes a turn that is being written away from its writer', async () => {
  const live = await tellStory(here.db, [{ text: 'half', author: 'Cid' }], { channel: '9' });
  await here.db
    .updateTable('turns')
    .set({ state: 'queued', finished_at: null })
    .where('id', '=', live.turnIds[0]!)
    .execute();
  const owner = '00000000-0000-7000-8000-000000000001';
  const claimed = await claimTurn(here.db, owner, ['discord']);
  expect(claimed?.id).toBe(live.turnIds[0]);
  await erase(here.db, { kind: 'author', reference: 'discord:Cid' }, 'cli');
  expect(
    await checkpoint(here.db, live.turnIds[0]!, owner, { text: 'half a secret', completionTokens: 3 }),
  ).toBeUndefined();
  expect(await everything(here.db)).not.toMatch(/half/);
});
