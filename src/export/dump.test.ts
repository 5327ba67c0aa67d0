import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { pino } from 'pino';
import { beforeAll, describe, expect, it } from 'vitest';
import { useDatabase } from '../../test/support/database.ts';
import { useFolder } from '../../test/support/folder.ts';
import { tellStory } from '../../test/support/history.ts';
import { nastyTexts } from '../../test/support/nasty-texts.ts';
import { connect } from '../storage/connection.ts';
import { dump, writeDump } from './dump.ts';
import { NotEmpty, restore } from './restore.ts';
import { withSnapshot } from './snapshot.ts';
import { verifyDump } from './verify.ts';

const folder = useFolder();
const takenAt = new Date('2026-11-25T03:00:00Z');
const origin = useDatabase();
const other = useDatabase();
const third = useDatabase();
const first = join(folder, 'first.jsonl.gz');

beforeAll(async () => {
  await tellStory(
    origin.db,
    nastyTexts.map((text, index) => ({
      prompt: text,
      text,
      author: `Author ${index % 3}`,
      after: index < 3 ? null : index - 3,
    })),
    { head: 4 },
  );
  await tellStory(origin.db, [{ text: 'Once' }, { text: 'upon' }], { channel: '2', title: nastyTexts[6]! });
  await sql`update turns set created_at = created_at + interval '123 microseconds', timings = '{"totalMs": 1.50}'`.execute(
    origin.db,
  );
  await sql`update turns set state = 'writing', finished_at = null, lease_owner = id, lease_until = now()
    where id = (select head_turn_id from stories where title = ${nastyTexts[6]!})`.execute(origin.db);
  await sql`insert into audit_log (id, actor, action) values (gen_random_uuid(), 'cli', 'test')`.execute(
    origin.db,
  );
  await sql`insert into secrets values ('cookies', 'of the origin')`.execute(origin.db);
  await sql`insert into secrets values ('cookies', 'of the other')`.execute(other.db);
  await writeDump(first, { db: origin.db, takenAt });
});

describe('a dump', () => {
  it('gives identical bytes after it was restored', async () => {
    const found = await restore({ db: other.db, paths: [first], merge: false });
    expect(found.turns).toBe(nastyTexts.length + 2);
    const second = join(folder, 'second.jsonl.gz');
    await writeDump(second, { db: other.db, takenAt: new Date() });
    expect(readFileSync(second)).toEqual(readFileSync(first));
  });

  it('keeps every text, and hands a turn that was being written to whoever comes next', async () => {
    const turns = await other.db.selectFrom('turns').selectAll().orderBy('id').execute();
    expect(turns.slice(0, nastyTexts.length).map((turn) => turn.text)).toEqual(nastyTexts);
    expect(turns.at(-1)).toMatchObject({ state: 'queued', text: 'upon', lease_owner: null });
  });

  it('is refused by a database that holds a history, and merged twice changes nothing', async () => {
    await expect(restore({ db: other.db, paths: [first], merge: false })).rejects.toBeInstanceOf(NotEmpty);
    await restore({ db: other.db, paths: [first], merge: true });
    await restore({ db: other.db, paths: [first], merge: true });
    const merged = join(folder, 'merged.jsonl.gz');
    await writeDump(merged, { db: other.db, takenAt });
    expect(readFileSync(merged)).toEqual(readFileSync(first));
  });

  it('sees one moment, whatever is written meanwhile', async () => {
    const counted = await withSnapshot(origin.db, async (client) => {
      const before = await client.query('select count(*) from turns');
      await tellStory(origin.db, [{ text: 'later' }], { channel: '3' });
      const after = await client.query('select count(*) from turns');
      return [before.rows, after.rows];
    });
    expect(counted[1]).toEqual(counted[0]);
  });

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, -20)],
    [
      'cut off at a line',
      (bytes: Buffer) => gzipSync(gunzipSync(bytes).toString().split('\n').slice(0, -2).join('\n')),
    ],
    ['changed', (bytes: Buffer) => gzipSync(gunzipSync(bytes).toString().replace('Once', 'Twice'))],
    ['changed in its middle', (bytes: Buffer) => Buffer.from(bytes).fill(7, 200, 210)],
    ['no dump at all', () => Buffer.from('{"hello": 1}\n')],
    ['empty', () => Buffer.alloc(0)],
  ])('that is %s is refused before anything is touched', async (what, spoil) => {
    const path = join(folder, `bad ${what}.jsonl.gz`);
    writeFileSync(path, spoil(readFileSync(first)));
    await expect(restore({ db: other.db, paths: [path], merge: true })).rejects.toThrow(
      /damaged|cut off|not a dump/,
    );
  });

  const kept = useFolder();
  it('replaces none before it is whole, and the oldest are removed', async () => {
    for (let day = 1; day <= 4; day++) {
      await dump({ db: origin.db, folder: kept, keep: 2, takenAt: new Date(Date.UTC(2026, 0, day)) });
    }
    expect(readdirSync(kept).sort()).toEqual([
      'storyteller-20260103T000000Z.jsonl.gz',
      'storyteller-20260104T000000Z.jsonl.gz',
    ]);
  });

  it('is not the one that is removed when the clock was ahead once', async () => {
    const ahead = await dump({ db: origin.db, folder: kept, keep: 1, takenAt: new Date('2099-01-01') });
    expect(readdirSync(kept)).toEqual([basename(ahead!)]);
    const now = await dump({ db: origin.db, folder: kept, keep: 1, takenAt: new Date('2026-01-05') });
    expect(readdirSync(kept)).toEqual([basename(now!)]);
  });

  it('finds the room that a killed one took, before it is written', async () => {
    const half = '.storyteller-20260101T000000Z.jsonl.gz.1.tmp';
    writeFileSync(join(kept, half), '');
    let during: string[] = [half];
    const onTurns = () => {
      during = readdirSync(kept);
    };
    await dump({ db: origin.db, folder: kept, keep: 1, takenAt: new Date('2026-01-06'), onTurns });
    expect(during).not.toContain(half);
  });

  it('that may not be read is not called damaged', async () => {
    await expect(verifyDump(folder)).rejects.toThrow(`${folder} can't be read (EISDIR).`);
  });

  it('is restored whole or not at all, its last step too', async () => {
    await sql`alter database ${sql.id(new URL(third.url).pathname.slice(1))} set lock_timeout = '100ms'`.execute(
      third.db,
    );
    const db = connect(third.url, pino({ level: 'silent' }));
    await third.db.transaction().execute(async (transaction) => {
      // Of what a restore does, `analyze` alone asks for it.
      await sql`lock table kysely_migration in share mode`.execute(transaction);
      await expect(restore({ db, paths: [first], merge: false })).rejects.toThrow('lock timeout');
    });
    await db.destroy();
    expect(await third.db.selectFrom('turns').select('id').execute()).toEqual([]);
  });
});
