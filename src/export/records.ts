import { type HistoryFilter, storyCondition, turnCondition } from './filter.ts';
import { type ColumnType, type LineShape, objectLine } from './json-line.ts';

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

type FieldType = 'uuid' | 'text' | 'integer' | 'boolean' | 'jsonb' | 'timestamptz';

/** The fields of each kind of record and their types in the database, whose columns are called so_and_so. */
export const fields: Record<RecordType, Record<string, FieldType>> = {
  // What signs the browsers' cookies: without it nobody on the web finds their stories again.
  secret: { name: 'text', value: 'text' },
  tombstone: { id: 'uuid', kind: 'text', subjectId: 'uuid', at: 'timestamptz' },
  author: {
    id: 'uuid',
    platform: 'text',
    externalId: 'text',
    name: 'text',
    blocked: 'boolean',
    turnsPerHour: 'integer',
    createdAt: 'timestamptz',
  },
  channel: {
    id: 'uuid',
    platform: 'text',
    externalId: 'text',
    name: 'text',
    settings: 'jsonb',
    createdAt: 'timestamptz',
  },
  story: {
    id: 'uuid',
    channelId: 'uuid',
    title: 'text',
    headTurnId: 'uuid',
    createdAt: 'timestamptz',
    updatedAt: 'timestamptz',
  },
  turn: {
    id: 'uuid',
    storyId: 'uuid',
    channelId: 'uuid',
    parentId: 'uuid',
    authorId: 'uuid',
    prompt: 'text',
    text: 'text',
    state: 'text',
    options: 'jsonb',
    model: 'text',
    promptTokens: 'integer',
    completionTokens: 'integer',
    timings: 'jsonb',
    endReason: 'text',
    locale: 'text',
    replyAddress: 'jsonb',
    messageRefs: 'jsonb',
    delivery: 'text',
    dedupeKey: 'text',
    attempts: 'integer',
    stopRequested: 'boolean',
    edits: 'integer',
    rateLimited: 'integer',
    createdAt: 'timestamptz',
    startedAt: 'timestamptz',
    finishedAt: 'timestamptz',
  },
  audit: { id: 'uuid', actor: 'text', action: 'text', subject: 'jsonb', at: 'timestamptz' },
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
export function recordQueries({
  filter,
  complete,
}: Selection): { type: RecordType; query: string; shape: LineShape }[] {
  const stories = storyCondition(filter);
  return inOrder
    .filter((type) => complete || !onlyComplete.includes(type))
    .map((type) => {
      const condition = stories && narrowed[type]?.(stories, turnCondition(filter, 'id'));
      const columns = Object.entries(fields[type]).map(([name, of]) => column(type, name, of));
      return {
        type,
        query: `select ${columns.map(([, , sql]) => sql).join(', ')} from ${tables[type]}
          ${condition ? `where ${condition}` : ''} order by ${type === 'secret' ? 'name' : 'id'}`,
        shape: objectLine(
          type,
          columns.map(([name, sent]) => [name, sent]),
        ),
      };
    });
}

/** A field, how it is sent, and the SQL for it. */
function column(type: RecordType, name: string, of: FieldType): [string, ColumnType, string] {
  // Being written is a matter of the process that does it: whoever reads the turn back goes on from its text.
  if (type === 'turn' && name === 'state') {
    return [name, 'text', `case state when 'writing' then 'queued' else state end`];
  }
  const called = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return of === 'timestamptz' ? [name, 'json', `to_json(${called})`] : [name, of, `${called}::${of}`];
}
