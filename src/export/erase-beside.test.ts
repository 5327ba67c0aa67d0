import { join } from 'node:path';
import { type RawBuilder, sql } from 'kysely';
import { expect, it } from 'vitest';
import { useDatabase } from '../../test/support/database.ts';
import { useFolder } from '../../test/support/folder.ts';
import { tellStory } from '../../test/support/history.ts';
import { soon } from '../../test/support/soon.ts';
import type { Database } from '../storage/database.ts';
import { writeDump } from './dump.ts';
import { erase } from './erase.ts';
import { restore } from './restore.ts';

const database = useDatabase();
const folder = useFolder();
const ann = { kind: 'author', reference: 'discord:Ann' } as const;

/** Begins a transaction with `work`, which is committed when it is said so. */
async function holding(work: (transaction: Database) => Promise<unknown>) {
  let commit: () => void = () => undefined;
  const told = new Promise<void>((resolve) => {
    commit = resolve;
  });
  let done: Promise<void> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    done = database.db.transaction().execute(async (transaction) => {
      await work(transaction);
      resolve();
      await told;
    });
    done.catch(reject);
  });
  return { commit, done };
}

/** How many connections wait for others. */
async function waiting(): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(distinct pid)::integer as n from pg_locks
    where not granted and pid in (select pid from pg_stat_activity where datname = current_database())`.execute(
    database.db,
  );
  return rows[0]?.n ?? 0;
}

const texts = (where: RawBuilder<unknown>) =>
  sql<{ text: string }>`select text from turns where ${where}`.execute(database.db).then(({ rows }) => rows);

it('waits for what its author is just asking for, and takes that too', async () => {
  await tellStory(database.db, [{ text: 'told before', author: 'Ann' }]);
  const asking = await holding((transaction) =>
    tellStory(transaction, [{ text: 'told meanwhile', author: 'Ann' }]),
  );
  const erasing = erase(database.db, ann, 'cli');
  await soon(async () => expect(await waiting()).toBe(1));
  asking.commit();
  await asking.done;
  expect(await erasing).toBe(2);
  expect(await texts(sql`text <> ''`)).toEqual([]);
});

it('leaves nothing of a dump that is just being merged in', async () => {
  await tellStory(database.db, [{ text: 'told before', author: 'Ann' }]);
  const path = join(folder, 'before.jsonl.gz');
  await writeDump(path, { db: database.db, takenAt: new Date() });
  await sql`update stories set head_turn_id = null`.execute(database.db);
  await sql`delete from stories`.execute(database.db);
  // What a restore comes to last.
  const holder = await holding((transaction) =>
    sql`lock table daily_figures in share mode`.execute(transaction),
  );
  const merging = restore({ db: database.db, paths: [path], merge: true });
  await soon(async () => expect(await waiting()).toBe(1));
  let isErased = false;
  const erasing = erase(database.db, ann, 'cli').finally(() => {
    isErased = true;
  });
  await soon(async () => expect(isErased || (await waiting()) === 2).toBe(true));
  holder.commit();
  await Promise.all([holder.done, merging, erasing]);
  expect(await texts(sql`text <> ''`)).toEqual([]);
});
