import { dirname } from 'node:path';
import { sql } from 'kysely';
import type { Database } from '../storage/database.ts';
import { prepareBulkLoad } from './bulk-load.ts';
import { bury } from './bury.ts';
import { insertions, prepareMapping } from './insertions.ts';
import type { RecordType } from './records.ts';
import { addTombstones, readTombstones } from './tombstones.ts';
import { BadDump, readRecords, verifyDump } from './verify.ts';

const batchRecords = 1_000;
const batchBytes = 4 * 1024 * 1024;

/** The database holds a history already. */
export class NotEmpty extends Error {
  override name = 'NotEmpty';
}

export interface RestoreOptions {
  db: Database;
  /** A dump, or an export as JSONL: one file, or all parts of one that was split. */
  paths: string[];
  /** Adds what is missing to what is there; doing it twice changes nothing. */
  merge: boolean;
  onTurns?: ((turns: number, all: number) => void) | undefined;
}

/**
 * Reads a dump back: all of it or, whatever happens, nothing. It is verified first, and what was forgotten after it
 * was taken (by the database, or the tombstones beside the file) is forgotten again.
 * @throws {BadDump} when it is not whole
 * @throws {NotEmpty} when there is a history already, and `merge` is not set
 */
export async function restore(options: RestoreOptions): Promise<{ records: number; turns: number }> {
  const { db, paths, merge, onTurns } = options;
  const found = { records: 0, turns: 0 };
  for (const path of paths) {
    const { records, turns } = await verifyDump(path);
    found.records += records;
    found.turns += turns;
  }
  const stones = await Promise.all([...new Set(paths.map(dirname))].map(readTombstones));
  await db.transaction().execute(async (transaction) => {
    await sql`set local statement_timeout = 0`.execute(transaction);
    // Nobody writes while the database is found empty and filled.
    if (!merge) await insistOnEmpty(transaction);
    // Whoever forgets somebody meanwhile waits, and then finds what is merged in here: see `erase`.
    await sql`lock table tombstones in share row exclusive mode`.execute(transaction);
    await addTombstones(transaction, stones.flat());
    for (const statement of prepareMapping) await statement.execute(transaction);
    const finish = merge ? undefined : await prepareBulkLoad(transaction);
    let before = 0;
    for (const path of paths) {
      before += await insertAll(transaction, path, merge, (turns) => onTurns?.(before + turns, found.turns));
    }
    await bury(transaction);
    // Days that are over may have got turns.
    await sql`delete from daily_figures`.execute(transaction);
    try {
      await sql`set constraints all immediate`.execute(transaction);
      await finish?.();
    } catch (error) {
      throw badDump(paths.join(', '), error);
    }
    await sql`analyze`.execute(transaction);
  });
  return found;
}

const badDump = (where: string, cause: unknown) =>
  new BadDump(`${where}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });

async function insistOnEmpty(db: Database): Promise<void> {
  await sql`lock table authors, channels, stories, turns in exclusive mode`.execute(db);
  const { rows } = await sql<{ taken: boolean }>`
    select exists (select from authors) or exists (select from channels) or exists (select from stories) as taken`.execute(
    db,
  );
  if (rows[0]?.taken) {
    throw new NotEmpty(
      'The database holds a history already: use --merge to add to it, or another database.',
    );
  }
}

/** Gives the number of turns in the file. */
async function insertAll(
  db: Database,
  path: string,
  merge: boolean,
  onTurns: (turns: number) => void,
): Promise<number> {
  let batch: Buffer[] = [];
  let bytes = 0;
  let type: string | undefined;
  let from = 0;
  let turns = 0;
  let storing = Promise.resolve();

  async function store(lines: Buffer[], kind: RecordType, first: number): Promise<void> {
    const pieces = lines.flatMap((line, at) => [Buffer.from(at === 0 ? '[' : ','), line]);
    const array = Buffer.concat([...pieces, Buffer.from(']')]);
    try {
      // The page makes itself a key when it first starts: the one that browsers have seen is worth more.
      if (kind === 'secret' && !merge) await sql`delete from secrets`.execute(db);
      for (const statement of insertions[kind](array)) await statement.execute(db);
    } catch (error) {
      throw badDump(`${path}, lines ${first} to ${first + lines.length - 1}`, error);
    }
    if (kind !== 'turn') return;
    turns += lines.length;
    onTurns(turns);
  }

  /** PostgreSQL stores a batch while the next one is read. */
  async function flush(): Promise<void> {
    await storing;
    if (batch.length > 0) storing = store(batch, type as RecordType, from);
    // Told when it is waited for.
    storing.catch(() => {});
    batch = [];
    bytes = 0;
  }

  for await (const record of readRecords(path)) {
    if (record.type !== type || batch.length >= batchRecords || bytes >= batchBytes) await flush();
    // Kinds that a newer minor version adds are none of ours.
    if (!Object.hasOwn(insertions, record.type)) continue;
    if (batch.length === 0) from = record.number;
    type = record.type;
    batch.push(record.line);
    bytes += record.line.length;
  }
  await flush();
  await storing;
  return turns;
}
