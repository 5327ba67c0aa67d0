import { type Kysely, sql } from 'kysely';

const statements = [
  // Making an index over a long history takes its time.
  `set local statement_timeout = 0`,
  // What must stay forgotten, whatever older dump is read back.
  `create table tombstones (
    id uuid primary key,
    kind text not null check (kind in ('author', 'channel')),
    subject_id uuid not null,
    at timestamptz not null default now(),
    unique (kind, subject_id)
  )`,
  // The figures of days that are over: they don't change, and counting them again takes long.
  `create table daily_figures (
    day date not null,
    platform text not null,
    figures jsonb not null check (jsonb_typeof(figures) = 'object'),
    primary key (day, platform)
  )`,
  // A restore reads a turn before the one that it follows, where clocks disagreed.
  `alter table turns alter constraint turns_parent_id_story_id_fkey deferrable initially immediate`,
  `create index turns_by_time on turns (created_at, id)`,
  `create index stories_by_time on stories (updated_at, id)`,
  // PostgreSQL's Russian configuration stems Latin words as English ones; ё counts as е, as people type it. Turns under
  // way are not in it: they would be put in anew at each checkpoint.
  `create index turns_search on turns
    using gin (to_tsvector('pg_catalog.russian', translate(prompt || ' ' || text, 'ёЁ', 'еЕ')))
    where finished_at is not null`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw('drop index turns_search, stories_by_time, turns_by_time').execute(db);
  await sql
    .raw('alter table turns alter constraint turns_parent_id_story_id_fkey not deferrable')
    .execute(db);
  await sql.raw('drop table daily_figures, tombstones').execute(db);
}
