import { type RawBuilder, sql } from 'kysely';
import { fields, type RecordType } from './records.ts';

/** Where the rows of a dump have other ids here: somebody who is known here already. For a transaction. */
export const prepareMapping = [
  sql`create temporary table restored_authors (old_id uuid primary key, id uuid not null) on commit drop`,
  sql`create temporary table restored_channels (old_id uuid primary key, id uuid not null) on commit drop`,
  sql`set constraints all deferred`,
];

/** A batch of records as rows. */
const recordset = (batch: Buffer, type: RecordType) => {
  const columns = Object.entries(fields[type]).map(([name, of]) => `"${name}" ${of}`);
  return sql`json_to_recordset(${batch}::json) as r (${sql.raw(columns.join(', '))})`;
};

/** Notes under which id a batch's rows are known here: their own, or that of the same person or place. */
const map = (batch: Buffer, type: 'author' | 'channel') => sql`
  insert into ${sql.raw(`restored_${type}s`)}
  select r.id, coalesce(
    (select k.id from ${sql.raw(`${type}s`)} k where k.id = r.id),
    (select k.id from ${sql.raw(`${type}s`)} k where k.platform = r.platform and k.external_id = r."externalId"))
  from ${recordset(batch, type)} on conflict do nothing`;

/**
 * The platform's id of an author or a channel. One that was forgotten is not mapped to whom came after it under the same
 * id: its turns would not be known for forgotten ones. `bury` takes the stand-in away.
 */
const externalId = (type: 'author' | 'channel') => sql`
  case when exists (select from tombstones b where b.kind = ${type} and b.subject_id = r.id)
    and exists (select from ${sql.raw(`${type}s`)} k
      where k.platform = r.platform and k.external_id = r."externalId" and k.id <> r.id)
  then r.id::text else r."externalId" end`;

/** What stores a batch of records of a kind, a JSON array of them. What is there already stays as it is. */
export const insertions: Record<RecordType, (batch: Buffer) => RawBuilder<unknown>[]> = {
  secret: (batch) => [
    sql`
      insert into secrets (name, value) select r.name, r.value
      from ${recordset(batch, 'secret')} on conflict do nothing`,
  ],
  tombstone: (batch) => [
    sql`
      insert into tombstones (id, kind, subject_id, at)
      select r.id, r.kind, r."subjectId", r.at
      from ${recordset(batch, 'tombstone')}
      on conflict (kind, subject_id) do update set at = greatest(tombstones.at, excluded.at)`,
  ],
  author: (batch) => [
    sql`
      insert into authors (id, platform, external_id, name, blocked, turns_per_hour, created_at)
      select r.id, r.platform, ${externalId('author')}, r.name, r.blocked, r."turnsPerHour", r."createdAt"
      from ${recordset(batch, 'author')} on conflict do nothing`,
    map(batch, 'author'),
  ],
  channel: (batch) => [
    sql`
      insert into channels (id, platform, external_id, name, settings, created_at)
      select r.id, r.platform, ${externalId('channel')}, r.name, r.settings, r."createdAt"
      from ${recordset(batch, 'channel')} on conflict do nothing`,
    map(batch, 'channel'),
  ],
  story: (batch) => [
    sql`
      insert into stories (id, channel_id, title, head_turn_id, created_at, updated_at)
      select r.id, m.id, r.title, r."headTurnId", r."createdAt", r."updatedAt"
      from ${recordset(batch, 'story')} left join restored_channels m on m.old_id = r."channelId"
      on conflict do nothing`,
  ],
  turn: (batch) => [
    sql`
      insert into turns (id, story_id, channel_id, parent_id, author_id, prompt, text, state, options, model,
        prompt_tokens, completion_tokens, timings, end_reason, locale, reply_address, message_refs, delivery,
        dedupe_key, attempts, stop_requested, edits, rate_limited, created_at, started_at, finished_at)
      select r.id, r."storyId", s.channel_id, r."parentId", m.id, r.prompt, r.text, r.state, r.options, r.model,
        r."promptTokens", r."completionTokens", r.timings, r."endReason", r.locale, r."replyAddress", r."messageRefs",
        r.delivery, r."dedupeKey", r.attempts, r."stopRequested",
        coalesce(r.edits, 0), coalesce(r."rateLimited", 0), r."createdAt", r."startedAt", r."finishedAt"
      from ${recordset(batch, 'turn')}
      left join restored_authors m on m.old_id = r."authorId" left join stories s on s.id = r."storyId"
      on conflict do nothing`,
  ],
  audit: (batch) => [
    sql`
      insert into audit_log (id, actor, action, subject, at)
      select r.id, r.actor, r.action, r.subject, r.at
      from ${recordset(batch, 'audit')} on conflict do nothing`,
  ],
};
