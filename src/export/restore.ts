import { dirname } from 'node:path';
import { sql } from 'kysely';
import type { Database } from '../storage/database.ts';
import { bury } from './bury.ts';
import { insertions, prepareMapping } from './insertions.ts';
import type { RecordType } from './records.ts';
import { dropSearch } from './search-index.ts';
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
  /** A dump, or an export as JSONL. */
  path: string;
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
  const { db, path, merge, onTurns } = options;
  const found = await verifyDump(path);
  const stones = await readTombstones(dirname(path));
  await db.transaction().execute(async (transaction) => {
    await sql`set local statement_timeout = 0`.execute(transaction);
    // Nobody writes while the database is found empty and filled; reading goes on.
    if (!merge) await insistOnEmpty(transaction);
    for (const statement of prepareMapping) await statement.execute(transaction);
    const rebuildSearch = merge ? undefined : await dropSearch(transaction);
    await insertAll(transaction, path, merge, (turns) => onTurns?.(turns, found.turns));
    await addTombstones(transaction, stones);
    await bury(transaction);
    // Days that are over may have got turns.
    await sql`delete from daily_figures`.execute(transaction);
    await sql`set constraints all immediate`.execute(transaction);
    await rebuildSearch?.();
  });
  await sql`analyze`.execute(db);
  return found;
}

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

async function insertAll(
  db: Database,
  path: string,
  merge: boolean,
  onTurns: (turns: number) => void,
): Promise<void> {
  let batch: Buffer[] = [];
  let bytes = 0;
  let type: string | undefined;
  let from = 0;
  let turns = 0;

  async function flush(): Promise<void> {
    if (batch.length === 0) return;
    const array = Buffer.concat([
      Buffer.from('['),
      ...batch.flatMap((line, i) => (i ? [comma, line] : [line])),
      Buffer.from(']'),
    ]);
    try {
      // The page makes itself a key when it first starts: the one that browsers have seen is worth more.
      if (type === 'secret' && !merge) await sql`delete from secrets`.execute(db);
      for (const statement of insertions[type as RecordType](array)) await statement.execute(db);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new BadDump(`${path}, lines ${from} to ${from + batch.length - 1}: ${reason}`, { cause: error });
    }
    if (type === 'turn') {
      turns += batch.length;
      onTurns(turns);
    }
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
}

const comma = Buffer.from(',');
