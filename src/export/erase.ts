import { type Kysely, sql } from 'kysely';
import { validate as isUuid, v7 as newId } from 'uuid';
import type { Database, DatabaseSchema } from '../storage/database.ts';
import { addAudit } from './audit.ts';
import { bury } from './bury.ts';

export type Subject = { kind: 'author' | 'channel'; reference: string };

/**
 * Removes somebody's texts and name, or those of a channel, for good: from here, and from any older dump when it is
 * read back. Where their turns stood, how many there were and what they took stays.
 * @param subject `reference` is `platform:id`, or the id of the row
 * @param actor who asked for it, for the audit log
 * @returns how many turns lost their text; undefined when there is nobody and nothing of that name
 */
export async function erase(db: Database, subject: Subject, actor: string): Promise<number | undefined> {
  return db.transaction().execute(async (transaction) => {
    await sql`set local statement_timeout = 0`.execute(transaction);
    // A restore has this table to itself; whoever waits for it must not hold what it waits for.
    await sql`lock table tombstones in row exclusive mode`.execute(transaction);
    const id = await findSubject(transaction, subject);
    if (id === undefined) return undefined;
    const { rows } = await sql<{ id: string }>`
      insert into tombstones (id, kind, subject_id, at) values (${newId()}, ${subject.kind}, ${id}, clock_timestamp())
      on conflict (kind, subject_id) do update set at = excluded.at returning id`.execute(transaction);
    const turns = await bury(transaction, rows[0]?.id);
    await addAudit(transaction, actor, 'erase', { [subject.kind]: id, turns });
    return turns;
  });
}

/** The row is locked: what is just being asked for there is committed before, or finds no such row any more. */
async function findSubject(
  db: Kysely<DatabaseSchema>,
  { kind, reference }: Subject,
): Promise<string | undefined> {
  const rows = db
    .selectFrom(kind === 'author' ? 'authors' : 'channels')
    .select('id')
    .forUpdate();
  if (isUuid(reference)) return (await rows.where('id', '=', reference).executeTakeFirst())?.id;
  const [platform = '', ...rest] = reference.split(':');
  const row = await rows
    .where('platform', '=', platform)
    .where('external_id', '=', rest.join(':'))
    .executeTakeFirst();
  return row?.id;
}
