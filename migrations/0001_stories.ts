import { type Kysely, sql } from 'kysely';

const statements = [
  `create table authors (
    id uuid primary key,
    platform text not null,
    external_id text not null,
    name text not null,
    blocked boolean not null default false,
    turns_per_hour integer check (turns_per_hour >= 0),
    created_at timestamptz not null default now(),
    unique (platform, external_id)
  )`,
  `create table channels (
    id uuid primary key,
    platform text not null,
    external_id text not null,
    name text,
    settings jsonb not null default '{}' check (jsonb_typeof(settings) = 'object'),
    created_at timestamptz not null default now(),
    unique (platform, external_id)
  )`,
  `create table stories (
    id uuid primary key,
    channel_id uuid not null references channels on delete cascade,
    title text not null,
    head_turn_id uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (id, channel_id)
  )`,
  `create table turns (
    id uuid primary key,
    story_id uuid not null,
    channel_id uuid not null,
    parent_id uuid,
    author_id uuid not null references authors,
    prompt text not null,
    text text not null default '',
    state text not null default 'queued' check (state in ('queued', 'writing', 'finished', 'stopped', 'failed')),
    options jsonb not null check (jsonb_typeof(options) = 'object'),
    model text,
    prompt_tokens integer check (prompt_tokens >= 0),
    completion_tokens integer not null default 0 check (completion_tokens >= 0),
    timings jsonb,
    end_reason text,
    locale text not null default 'en',
    reply_address jsonb not null,
    message_refs jsonb not null default '[]' check (jsonb_typeof(message_refs) = 'array'),
    delivery text not null default 'pending' check (delivery in ('pending', 'delivered', 'undeliverable')),
    dedupe_key text not null unique,
    attempts integer not null default 0,
    stop_requested boolean not null default false,
    lease_owner uuid,
    lease_until timestamptz,
    created_at timestamptz not null default now(),
    started_at timestamptz,
    finished_at timestamptz,
    unique (id, story_id),
    foreign key (story_id, channel_id) references stories (id, channel_id) on delete cascade,
    foreign key (parent_id, story_id) references turns (id, story_id),
    check ((state in ('finished', 'stopped', 'failed')) = (finished_at is not null)),
    check (state <> 'writing' or (lease_owner is not null and lease_until is not null))
  )`,
  `alter table stories add constraint stories_head_fk
    foreign key (head_turn_id, id) references turns (id, story_id) deferrable initially deferred`,
  // One live turn a channel.
  `create unique index turns_one_writing_a_channel on turns (channel_id) where state = 'writing'`,
  `create index turns_waiting on turns (created_at, id) where state in ('queued', 'writing')`,
  // Ended, and the last edit not yet shown.
  `create index turns_undelivered on turns (finished_at) where delivery = 'pending' and finished_at is not null`,
  `create index turns_by_story on turns (story_id, created_at)`,
  `create index turns_by_parent on turns (parent_id)`,
  `create index turns_by_author on turns (author_id, created_at)`,
  `create index turns_by_channel on turns (channel_id, created_at)`,
  `create index stories_by_channel on stories (channel_id, updated_at)`,
  `create table audit_log (
    id uuid primary key,
    actor text not null,
    action text not null,
    subject jsonb not null default '{}',
    at timestamptz not null default now()
  )`,
  `create index audit_log_by_time on audit_log (at)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw('drop table audit_log, turns, stories, channels, authors cascade').execute(db);
}
