import { sql } from 'kysely';
import type { Database } from '../storage/database.ts';

/**
 * Drops what is cheaper made once over everything than kept up row by row: the indexes of turns that nothing rests on,
 * and the foreign keys of turns and stories. For a transaction, which nobody reads beside.
 * @returns what makes them again, and throws when a row names another that is not there
 */
export async function prepareBulkLoad(db: Database): Promise<() => Promise<void>> {
  const { rows } = await sql<{ drop: string; make: string }>`
    select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop,
      format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) as make
    from pg_constraint where contype = 'f' and conrelid in ('turns'::regclass, 'stories'::regclass)
    union all
    select format('drop index %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    from pg_index where indrelid = 'turns'::regclass
      and not exists (select from pg_constraint where conindid = indexrelid)`.execute(db);
  for (const { drop } of rows) await sql.raw(drop).execute(db);
  return async () => {
    await sql`set local maintenance_work_mem = '256MB'`.execute(db);
    for (const { make } of rows) await sql.raw(make).execute(db);
  };
}
