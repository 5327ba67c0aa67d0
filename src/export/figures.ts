import { sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../storage/database.ts';

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
      'words', coalesce(sum(length(text) - length(translate(text, E' \n', '')) + 1) filter (where text <> ''), 0),
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

/** The first day that may still change: yesterday's last turns may be under way. */
const firstOpenDay = (now: number) => dayOf(now - dayMs);

/**
 * Counts the days that are over and have not been counted yet, and keeps their figures: counting a year of turns again
 * for every look at them would take long.
 */
export async function keepFigures(db: Database, now: number): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await sql`set local statement_timeout = 0`.execute(transaction);
    const { rows } = await sql<{ from: string | null }>`
      select coalesce((select max(day) + 1 from daily_figures), (select min(created_at)::date - 1 from turns))::text as from`.execute(
      transaction,
    );
    const from = rows[0]?.from;
    const to = firstOpenDay(now);
    if (!from || from >= to) return;
    await sql`
      insert into daily_figures (day, platform, figures) ${figuresBetween(from, to)}
      on conflict do nothing`.execute(transaction);
  });
}

/** The last `days` days, today's among them, oldest first. Days without a turn are left out. */
export async function readFigures(db: Database, now: number, days: number): Promise<DayOfPlatform[]> {
  await keepFigures(db, now);
  const from = dayOf(now - (days - 1) * dayMs);
  const open = firstOpenDay(now);
  const { rows } = await sql<{ day: string; platform: string; figures: unknown }>`
    select day::text, platform, figures from (
      select day, platform, figures from daily_figures where day >= ${from}::date and day < ${open}::date
      union all
      ${figuresBetween(from > open ? from : open, dayOf(now + 2 * dayMs))}
    ) f order by day, platform`.execute(db);
  return rows.map(({ day, platform, figures }) => ({ day, platform, ...figuresSchema.parse(figures) }));
}
