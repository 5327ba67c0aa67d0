import pg from 'pg';
import { validate as isUuid } from 'uuid';
import { z } from 'zod';

/** Which stories to take: those that fit all that is given. A story is taken whole, with all its versions. */
export interface HistoryFilter {
  /** `platform:id` as the platform names it, or the id of its row. */
  channel?: string | undefined;
  story?: string | undefined;
  /** Stories that this person asked for a turn of: `platform:id`, or the id of the row. */
  author?: string | undefined;
  /** Stories with a turn asked for at or after this time… */
  since?: Date | undefined;
  /** …and before this one. */
  until?: Date | undefined;
  /** The ids of stories. */
  stories?: string[] | undefined;
  /** With `story`: not all of it, but its turns by their ids from one on, before another. */
  turns?: { from?: string | undefined; before?: string | undefined } | undefined;
}

const time = z.union(
  [z.date(), z.iso.datetime({ offset: true }).transform(toDate), z.iso.date().transform(toDate)],
  'a date or a time, such as 2026-11-25 or 2026-11-25T18:00:00Z',
);

/** What a person may type as a {@link HistoryFilter}. */
export const filterSchema = z.object({
  channel: z.string().refine(isReference, 'platform:id, such as discord:123, or a channel’s id').optional(),
  story: z.string().refine(isUuid, 'the id of a story').optional(),
  author: z.string().refine(isReference, 'platform:id, such as discord:123, or an author’s id').optional(),
  since: time.optional(),
  until: time.optional(),
});

/** @throws {Error} with a sentence that names what can't be used */
export function parseFilter(input: unknown): HistoryFilter {
  const result = filterSchema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new Error(`${issue?.path.join('.')} must be ${issue?.message}.`);
}

function toDate(text: string): Date {
  return new Date(text);
}

/** True for `platform:id` and for a row's id. */
export function isReference(text: string): boolean {
  return isUuid(text) || /^[a-z]+:[^\0]+$/.test(text);
}

const literal = (value: string) => pg.escapeLiteral(value);

/** The id of a channel's or an author's row, as SQL that gives no row where there is none. */
function rowOf(table: 'channels' | 'authors', reference: string): string {
  if (isUuid(reference)) return `select ${literal(reference)}::uuid`;
  const [platform = '', ...rest] = reference.split(':');
  return `select id from ${table} where platform = ${literal(platform)} and external_id = ${literal(rest.join(':'))}`;
}

/** The condition on `stories s`, as SQL: COPY takes no parameters. Undefined when everything is taken. */
export function storyCondition(filter: HistoryFilter): string | undefined {
  const conditions: string[] = [];
  if (filter.channel) conditions.push(`s.channel_id = (${rowOf('channels', filter.channel)})`);
  if (filter.story) conditions.push(`s.id = ${literal(filter.story)}::uuid`);
  if (filter.stories) conditions.push(`s.id = any(${literal(`{${filter.stories}}`)}::uuid[])`);
  if (filter.author) {
    const author = rowOf('authors', filter.author);
    conditions.push(`s.id in (select f.story_id from turns f where f.author_id = (${author}))`);
  }
  const span = [
    filter.since && `f.created_at >= ${literal(filter.since.toISOString())}`,
    filter.until && `f.created_at < ${literal(filter.until.toISOString())}`,
  ].filter(Boolean);
  if (span.length > 0) {
    conditions.push(`s.id in (select f.story_id from turns f where ${span.join(' and ')})`);
  }
  return conditions.length > 0 ? conditions.join(' and ') : undefined;
}

/** The condition on the ids of turns, of which `id` is the column; true where stories are taken whole. */
export function turnCondition({ turns = {} }: HistoryFilter, id = 't.id'): string {
  const { from, before } = turns;
  const conditions = [from && `${id} >= ${literal(from)}`, before && `${id} < ${literal(before)}`];
  return conditions.filter(Boolean).join(' and ') || 'true';
}
