import { type HistoryFilter, storyCondition, turnCondition } from './filter.ts';

/** The version of the lines below, documented in docs/history.md: it grows when a reader of the old ones would err. */
export const schemaVersion = 1;
export const schemaName = 'storyteller-history';

export type RecordType = 'secret' | 'tombstone' | 'author' | 'channel' | 'story' | 'turn' | 'audit';

/** What may be left out where only some stories are taken along. */
export interface Selection {
  filter: HistoryFilter;
  /** Tombstones, the audit log and the web page's key too: a dump. */
  complete: boolean;
}

const columns: Record<RecordType, string> = {
  // What signs the browsers' cookies: without it nobody on the web finds their stories again.
  secret: 'name, value',
  tombstone: `id, kind, subject_id as "subjectId", at`,
  author: `id, platform, external_id as "externalId", name, blocked, turns_per_hour as "turnsPerHour",
    created_at as "createdAt"`,
  channel: `id, platform, external_id as "externalId", name, settings, created_at as "createdAt"`,
  story: `id, channel_id as "channelId", title, head_turn_id as "headTurnId", created_at as "createdAt",
    updated_at as "updatedAt"`,
  // Being written is a matter of the process that does it: whoever reads the turn back goes on from its text.
  turn: `id, story_id as "storyId", channel_id as "channelId", parent_id as "parentId", author_id as "authorId",
    prompt, text, case state when 'writing' then 'queued' else state end as state, options, model,
    prompt_tokens as "promptTokens", completion_tokens as "completionTokens", timings, end_reason as "endReason",
    locale, reply_address as "replyAddress", message_refs as "messageRefs", delivery, dedupe_key as "dedupeKey",
    attempts, stop_requested as "stopRequested", edits, rate_limited as "rateLimited", created_at as "createdAt", started_at as "startedAt",
    finished_at as "finishedAt"`,
  audit: `id, actor, action, subject, at`,
};

const tables: Record<RecordType, string> = {
  secret: 'secrets',
  tombstone: 'tombstones',
  author: 'authors',
  channel: 'channels',
  story: 'stories',
  turn: 'turns',
  audit: 'audit_log',
};

const onlyComplete: RecordType[] = ['secret', 'tombstone', 'audit'];

const inOrder: RecordType[] = ['secret', 'tombstone', 'author', 'channel', 'story', 'turn', 'audit'];

/** The condition on a table's rows, given those on stories and turns. */
const narrowed: Partial<Record<RecordType, (stories: string, turns: string) => string>> = {
  author: (stories) =>
    `id in (select t.author_id from turns t where t.story_id in (select s.id from stories s where ${stories}))`,
  channel: (stories) => `id in (select s.channel_id from stories s where ${stories})`,
  story: (stories) => `id in (select s.id from stories s where ${stories})`,
  turn: (stories, turns) => `story_id in (select s.id from stories s where ${stories}) and ${turns}`,
};

/**
 * A query for each kind of record, in the order in which they can be read back. The order within a kind is that of the
 * ids, so that the same history always gives the same bytes.
 */
export function recordQueries({ filter, complete }: Selection): { type: RecordType; query: string }[] {
  const stories = storyCondition(filter);
  return inOrder
    .filter((type) => complete || !onlyComplete.includes(type))
    .map((type) => {
      const condition = stories && narrowed[type]?.(stories, turnCondition(filter, 'id'));
      const rows = `select '${type}' as type, ${columns[type]} from ${tables[type]} ${condition ? `where ${condition}` : ''}`;
      return {
        type,
        query: `select row_to_json(r) from (${rows} order by ${type === 'secret' ? 'name' : 'id'}) r`,
      };
    });
}
