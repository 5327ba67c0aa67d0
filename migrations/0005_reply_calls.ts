import { type Kysely, sql } from 'kysely';

/** Posts and edits that showed a turn, and those that the platform put off with a 429. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table turns
    add column edits integer not null default 0 check (edits >= 0),
    add column rate_limited integer not null default 0 check (rate_limited >= 0)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`alter table turns drop column edits, drop column rate_limited`.execute(db);
}
