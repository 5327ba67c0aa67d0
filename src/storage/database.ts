import type { ColumnType, Generated, Insertable, Kysely, Selectable } from 'kysely';
import type { Timings } from '../generation/generator.ts';
import type { SamplingOptions } from '../generation/options.ts';
import type { MessageRef, ReplyAddress } from '../reply/surface.ts';
import type { ChannelSettings, TurnState } from '../story/story.ts';
import type { Json } from './json.ts';

/** JSON is written as text and read as a value, so that an array never turns into a PostgreSQL array. */
type JsonColumn<T> = ColumnType<T, string, string>;
type JsonWithDefault<T> = ColumnType<T, string | undefined, string>;
type Time = ColumnType<Date, Date | undefined, Date>;
type NullableTime = ColumnType<Date | null, Date | null | undefined, Date | null>;

export interface AuthorsTable {
  id: string;
  platform: string;
  external_id: string;
  name: string;
  blocked: Generated<boolean>;
  /** Overrides QUOTA_TURNS_PER_HOUR for this author; 0: as many as they like. */
  turns_per_hour: number | null;
  created_at: Time;
}

export interface ChannelsTable {
  id: string;
  platform: string;
  external_id: string;
  name: string | null;
  settings: JsonWithDefault<ChannelSettings>;
  created_at: Time;
}

export interface StoriesTable {
  id: string;
  channel_id: string;
  title: string;
  head_turn_id: string | null;
  created_at: Time;
  updated_at: Time;
}

export interface TurnsTable {
  id: string;
  story_id: string;
  channel_id: string;
  parent_id: string | null;
  author_id: string;
  prompt: string;
  text: Generated<string>;
  state: Generated<TurnState>;
  options: JsonColumn<SamplingOptions>;
  model: string | null;
  prompt_tokens: number | null;
  completion_tokens: Generated<number>;
  timings: ColumnType<Timings | null, string | null | undefined, string | null>;
  end_reason: string | null;
  locale: Generated<string>;
  reply_address: JsonColumn<ReplyAddress>;
  message_refs: JsonWithDefault<MessageRef[]>;
  /** Whether the last edit has been shown; a turn that ended as `pending` is shown by whoever finds it. */
  delivery: Generated<'pending' | 'delivered' | 'undeliverable'>;
  dedupe_key: string;
  /** How often writing began: a turn that kills its process is not taken up for ever. */
  attempts: Generated<number>;
  stop_requested: Generated<boolean>;
  /** Posts and edits that showed it, and those of them that the platform put off with a 429. */
  edits: Generated<number>;
  rate_limited: Generated<number>;
  lease_owner: string | null;
  lease_until: NullableTime;
  created_at: Time;
  started_at: NullableTime;
  finished_at: NullableTime;
}

export interface AuditLogTable {
  id: string;
  /** `discord:ID`, `telegram:ID`, `admin` (the pages) or `cli`. */
  actor: string;
  action: string;
  subject: JsonWithDefault<Json>;
  at: Time;
}

export interface SecretsTable {
  name: string;
  value: string;
}

/** Something whose texts and names were removed for good. */
export interface TombstonesTable {
  id: string;
  kind: 'author' | 'channel';
  /** The id of its row, which stays. */
  subject_id: string;
  at: Time;
}

/** The figures of a day that is over. */
export interface DailyFiguresTable {
  day: string;
  platform: string;
  figures: JsonColumn<Json>;
}

export interface DatabaseSchema {
  authors: AuthorsTable;
  channels: ChannelsTable;
  stories: StoriesTable;
  turns: TurnsTable;
  audit_log: AuditLogTable;
  secrets: SecretsTable;
  tombstones: TombstonesTable;
  daily_figures: DailyFiguresTable;
}

export type Database = Kysely<DatabaseSchema>;
export type TurnRow = Selectable<TurnsTable>;
export type NewTurn = Insertable<TurnsTable>;
