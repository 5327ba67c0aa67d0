import { type Kysely, sql } from 'kysely';

const statements = [
  `set local statement_timeout = 0`,
  `drop index turns_search`,
  // Capital letters are made small here, for PostgreSQL leaves Cyrillic ones as they are where its locale is C.
  `create index turns_search on turns
    using gin (to_tsvector('pg_catalog.russian', translate(prompt || ' ' || text,
      'АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯё', 'абвгдеежзийклмнопрстуфхцчшщъыьэюяе')))
    where finished_at is not null`,
  // How rare a word is decides how it is looked for.
  `analyze turns`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw('drop index turns_search').execute(db);
  await sql
    .raw(`create index turns_search on turns
      using gin (to_tsvector('pg_catalog.russian', translate(prompt || ' ' || text, 'ёЁ', 'еЕ')))
      where finished_at is not null`)
    .execute(db);
}
