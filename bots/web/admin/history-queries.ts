import { type RawBuilder, sql } from 'kysely';
import { validate as isUuid } from 'uuid';
import type { HistoryQuery } from './query.ts';

export const pageSize = 50;

export interface FoundStory {
  id: string;
  title: string;
  platform: string;
  channel: string | null;
  channel_id: string;
  turns: number;
  excerpt: string;
  /** With all its digits, for the next page. */
  at: string;
}

export interface FoundTurn {
  id: string;
  story_id: string;
  title: string;
  platform: string;
  channel: string | null;
  author: string;
  prompt: string;
  text: string;
  /** The text with small letters, what was looked for between U+0002 and U+0003. */
  marked: string;
  at: string;
}

function rowOf(table: 'channels' | 'authors', reference: string): RawBuilder<unknown> {
  if (isUuid(reference)) return sql`${reference}::uuid`;
  const [platform = '', ...rest] = reference.split(':');
  return sql`(select id from ${sql.table(table)} where platform = ${platform} and external_id = ${rest.join(':')})`;
}

const time = (column: string) =>
  sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

function before(at: string, id: string, value: string | undefined): RawBuilder<unknown>[] {
  if (value === undefined) return [];
  const [when, last] = value.split('_');
  return [sql`(${sql.ref(at)}, ${sql.ref(id)}) < (${when}::timestamptz, ${last}::uuid)`];
}

const all = (conditions: RawBuilder<unknown>[]) =>
  conditions.length > 0 ? sql`where ${sql.join(conditions, sql` and `)}` : sql``;

/** Stories, the one that was written on last first; one more than a page, to know whether there is another. */
export function storiesQuery(query: HistoryQuery): RawBuilder<FoundStory> {
  const { platform, channel, author, since, until } = query;
  const conditions = before('s.updated_at', 's.id', query.before);
  if (channel) conditions.push(sql`s.channel_id = ${rowOf('channels', channel)}`);
  if (author)
    conditions.push(sql`s.id in (select story_id from turns where author_id = ${rowOf('authors', author)})`);
  if (since) conditions.push(sql`s.updated_at >= ${since}`);
  if (until) conditions.push(sql`s.updated_at < ${until}`);
  if (platform) conditions.push(sql`s.channel_id in (select id from channels where platform = ${platform})`);
  return sql<FoundStory>`
    select s.id, s.title, c.platform, c.name as channel, s.channel_id, ${time('s.updated_at')} as at,
      (select count(*)::integer from turns t where t.story_id = s.id) as turns,
      coalesce((select left(t.text, 200) from turns t where t.id = s.head_turn_id), '') as excerpt
    from (select * from stories s ${all(conditions)} order by s.updated_at desc, s.id desc limit ${pageSize + 1}) s
    join channels c on c.id = s.channel_id
    order by s.updated_at desc, s.id desc`;
}

/** As the index has it: small letters, and е for ё, as people type it. */
const plain = (text: RawBuilder<unknown>) =>
  sql`translate(${text}, 'АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯё', 'абвгдеежзийклмнопрстуфхцчшщъыьэюяе')`;

/** The same, in half the time where there are but Latin letters; for what no index is to be found for. */
const plainSooner = (text: RawBuilder<unknown>) =>
  sql`case when octet_length(${text}) = char_length(${text}) then ${text} else ${plain(text)} end`;

const words = (text: string) => sql`websearch_to_tsquery('pg_catalog.russian', ${plain(sql`${text}`)})`;

/** So many of the newest turns are read through for a common word: the index would give too many. */
const readThrough = 500;

/** The words in all that was written, by their index: never turn by turn, however rare PostgreSQL takes them to be. */
export function searchQuery(query: HistoryQuery & { q: string }): RawBuilder<FoundTurn> {
  return sql<FoundTurn>`
    with hits as materialized (select t.id, t.created_at from turns t ${all([...matches(query.q, plain), ...narrowing(query)])})
    ${found(query.q, sql`(select t.* from (select * from hits order by created_at desc, id desc limit ${pageSize + 1}) h join turns t on t.id = h.id)`)}`;
}

/** The words in the newest turns alone: a page full of them is what {@link searchQuery} would give. */
export function newestSearchQuery(query: HistoryQuery & { q: string }): RawBuilder<FoundTurn> {
  const newest = sql`(select * from turns t ${all(narrowing(query))} order by t.created_at desc, t.id desc limit ${readThrough})`;
  return found(
    query.q,
    sql`(select * from ${newest} t ${all(matches(query.q, plainSooner))} order by t.created_at desc, t.id desc limit ${pageSize + 1})`,
  );
}

const matches = (q: string, small: typeof plain) => [
  sql`t.finished_at is not null`,
  sql`to_tsvector('pg_catalog.russian', ${small(sql`t.prompt || ' ' || t.text`)}) @@ ${words(q)}`,
];

function narrowing({
  platform,
  channel,
  author,
  since,
  until,
  ...query
}: HistoryQuery): RawBuilder<unknown>[] {
  const conditions = before('t.created_at', 't.id', query.before);
  if (channel) conditions.push(sql`t.channel_id = ${rowOf('channels', channel)}`);
  if (author) conditions.push(sql`t.author_id = ${rowOf('authors', author)}`);
  if (since) conditions.push(sql`t.created_at >= ${since}`);
  if (until) conditions.push(sql`t.created_at < ${until}`);
  if (platform) conditions.push(sql`t.channel_id in (select id from channels where platform = ${platform})`);
  return conditions;
}

const found = (q: string, turns: RawBuilder<unknown>) => sql<FoundTurn>`
    select t.id, t.story_id, s.title, c.platform, c.name as channel, a.name as author, left(t.prompt, 200) as prompt,
      t.text, ts_headline('pg_catalog.russian', ${plainSooner(sql`t.text`)}, ${words(q)},
        'HighlightAll=true, StartSel=' || chr(2) || ', StopSel=' || chr(3)) as marked,
      ${time('t.created_at')} as at
    from ${turns} t
    join stories s on s.id = t.story_id
    join channels c on c.id = t.channel_id
    join authors a on a.id = t.author_id
    order by t.created_at desc, t.id desc`;
