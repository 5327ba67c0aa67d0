import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../storage/database.ts';
import { writeAtomically } from './atomic-file.ts';

/** Lies beside the dumps: whichever of them is read back, what was forgotten since stays forgotten. */
const fileName = 'tombstones.jsonl';

const tombstoneSchema = z.object({
  id: z.uuid(),
  kind: z.enum(['author', 'channel']),
  subjectId: z.uuid(),
  at: z.iso.datetime({ offset: true }),
});

export type Tombstone = z.infer<typeof tombstoneSchema>;

/** Adds the database's tombstones to the folder's; those that only the folder knows stay. */
export async function saveTombstones(db: Database, folder: string): Promise<void> {
  const { rows } = await sql<Tombstone>`
    select id, kind, subject_id as "subjectId", to_json(at at time zone 'UTC') #>> '{}' || 'Z' as at
    from tombstones order by id`.execute(db);
  const all = new Map([...(await readTombstones(folder)), ...rows].map((stone) => [stone.id, stone]));
  if (all.size === 0) return;
  const lines = [...all.values()].map((stone) => `${JSON.stringify(stone)}\n`);
  await writeAtomically(join(folder, fileName), asAsync(lines));
}

/** The tombstones that lie in a folder. @throws when the file is there but can't be read */
export async function readTombstones(folder: string): Promise<Tombstone[]> {
  const path = join(folder, fileName);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const lines = text.split('\n').filter(Boolean);
  return lines.map((line, index) => {
    try {
      return tombstoneSchema.parse(JSON.parse(line));
    } catch {
      throw new Error(`${path}, line ${index + 1}, is not a tombstone.`);
    }
  });
}

/** Keeps these in mind, beside those that the database knows already. For a transaction. */
export async function addTombstones(db: Database, stones: Tombstone[]): Promise<void> {
  await sql`
    insert into tombstones (id, kind, subject_id, at)
    select id, kind, "subjectId", at
    from json_to_recordset(${JSON.stringify(stones)}::json) as t (id uuid, kind text, "subjectId" uuid, at timestamptz)
    on conflict (kind, subject_id) do update set at = greatest(tombstones.at, excluded.at)`.execute(db);
}

async function* asAsync(lines: string[]): AsyncGenerator<string> {
  yield* lines;
}
