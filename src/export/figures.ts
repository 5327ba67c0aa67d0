import { sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../storage/database.ts';
import { withLock } from './lock.ts';

const quantiles = z.object({ median: z.number().nullable(), p95: z.number().nullable() });

const figuresSchema = z.object({
  turns: z.number(),
  finished: z.number(),
  stopped: z.number(),
  failed: z.number(),
  promptTokens: z.number(),
  tokens: z.number(),
  /** Told apart by blanks; of forgotten texts only those counted before. */
  words: z.number(),
  /** Different people and channels on that day. */
  authors: z.number(),
  channels: z.number(),
  /** From the command to the start of writing. */
  queueMs: quantiles,
  /** From the start of reading to the first token. */
  firstTokenMs: quantiles,
  tokensPerSecond: z.number().nullable(),
  /** Posts and edits, and those of them that a platform put off with a 429. Days counted long ago know none. */
  edits: z.number().default(0),
  rateLimited: z.number().default(0),
});

/** One day of one platform. */
export type Figures = z.infer<typeof figuresSchema>;

export interface DayOfPlatform extends Figures {
  /** `2026-11-25`, in UTC. */
  day: string;
  platform: string;
}

/** Figures of the turns asked for from the day `from` on, before the day `to`. */
const figuresBetween = (from: string, to: string) => sql`
  select (created_at at time zone 'UTC')::date as day, reply_address ->> 'platform' as platform,
    jsonb_build_object(
      'turns', count(*),
      'finished', count(*) filter (where state = 'finished'),
      'stopped', count(*) filter (where state = 'stopped'),
      'failed', count(*) filter (where state = 'failed'),
      'promptTokens', coalesce(sum(prompt_tokens), 0),
      'tokens', sum(completion_tokens),
      'words', coalesce(sum(octet_length(text) - octet_length(replace(replace(text, ' ', ''), E'\n', '')) + 1) filter (where text <> ''), 0),
      'edits', sum(edits),
      'rateLimited', sum(rate_limited),
      'authors', count(distinct author_id),
      'channels', count(distinct channel_id),
      'queueMs', jsonb_build_object(
        'median', round((percentile_cont(0.5) within group (order by extract(epoch from started_at - created_at)) * 1000)::numeric),
        'p95', round((percentile_cont(0.95) within group (order by extract(epoch from started_at - created_at)) * 1000)::numeric)),
      'firstTokenMs', jsonb_build_object(
        'median', round(percentile_cont(0.5) within group (order by (timings ->> 'firstTokenMs')::float)::numeric),
        'p95', round(percentile_cont(0.95) within group (order by (timings ->> 'firstTokenMs')::float)::numeric)),
      'tokensPerSecond', round((1000 * sum(completion_tokens) filter (where timings is not null)
        / nullif(sum((timings ->> 'totalMs')::float - coalesce((timings ->> 'queuedMs')::float, 0)), 0))::numeric, 1)
    ) as figures
  from turns
  where created_at >= (${from}::date)::timestamp at time zone 'UTC' and created_at < (${to}::date)::timestamp at time zone 'UTC'
  group by 1, 2`;

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);
const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** Yesterday, in UTC: its last turns may be under way, what came before it is over. */
export const firstOpenDay = (now: number) => dayOf(now - dayMs);

/** The first day not to be kept yet: yesterday is over an hour after its end, when none of its turns is under way. */
async function firstUnsettledDay(db: Database, now: number): Promise<string> {
  const { rows } = await sql<{ waiting: boolean }>`
    select exists (select from turns where state in ('queued', 'writing')
      and created_at < (${dayOf(now)}::date)::timestamp at time zone 'UTC') as waiting`.execute(db);
  return rows[0]?.waiting ? firstOpenDay(now) : dayOf(now - hourMs);
}

/** So many days are counted at once: what is counted stays, when the counting is cut short. */
const stepDays = 31;

/** The first day before `before` that has turns, and has not been counted yet. */
export const firstUncounted = (before: string) => sql<{ day: string | null }>`
  select (select (created_at at time zone 'UTC')::date from turns
    where created_at >= coalesce((select max(day) + 1 from daily_figures)::timestamp at time zone 'UTC', '-infinity')
      and created_at < (${before}::date)::timestamp at time zone 'UTC'
    order by created_at, id limit 1)::text as day`;

/** Whether some days that are over are not among the figures yet: {@link keepFigures} adds them. */
export async function isCounting(db: Database, now: number): Promise<boolean> {
  const { rows } = await firstUncounted(firstOpenDay(now)).execute(db);
  return rows[0]?.day != null;
}

/**
 * Counts the days that are over and have not been counted yet, and keeps their figures: counting a year of turns again
 * for every look at them would take long. Does nothing when another process is at it.
 * @returns whether all are counted
 */
export async function keepFigures(db: Database, now: number): Promise<boolean> {
  const done = await withLock(db, 'figures', async () => {
    const end = await firstUnsettledDay(db, now);
    for (;;) {
      const { rows } = await firstUncounted(end).execute(db);
      const from = rows[0]?.day;
      if (!from) return true;
      const to = [dayOf(Date.parse(from) + stepDays * dayMs), end].sort()[0] ?? from;
      await db.transaction().execute(async (transaction) => {
        await sql`set local statement_timeout = 0`.execute(transaction);
        await sql`
          insert into daily_figures (day, platform, figures) ${figuresBetween(from, to)}
          on conflict do nothing`.execute(transaction);
      });
    }
  });
  return done === true;
}

/** The last `days` days, today's among them, oldest first. Days without a turn, and uncounted ones, are left out. */
export async function readFigures(db: Database, now: number, days: number): Promise<DayOfPlatform[]> {
  const from = dayOf(now - (days - 1) * dayMs);
  const kept = await sql<{ end: string }>`
    select greatest(max(day) + 1, ${firstOpenDay(now)}::date)::text as end from daily_figures
    where day < ${dayOf(now)}::date`.execute(db);
  const open = kept.rows[0]?.end ?? firstOpenDay(now);
  const { rows } = await sql<{ day: string; platform: string; figures: unknown }>`
    select day::text, platform, figures from (
      select day, platform, figures from daily_figures where day >= ${from}::date and day < ${open}::date
      union all
      ${figuresBetween(from > open ? from : open, dayOf(now + 2 * dayMs))}
    ) f order by day, platform`.execute(db);
  return rows.map(({ day, platform, figures }) => ({ day, platform, ...figuresSchema.parse(figures) }));
}
