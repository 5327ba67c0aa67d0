import { sql } from 'kysely';
import type { Database } from '../storage/database.ts';
import { type DayOfPlatform, isCounting, readFigures } from './figures.ts';

export interface Totals {
  turns: number;
  stories: number;
  channels: number;
  authors: number;
  tokens: number;
  words: number;
}

export interface Stats {
  /** Since the beginning. Turns that retention removed still count among the tokens and words. */
  totals: Totals;
  /** Turns that wait, and that are being written, just now. */
  live: { queued: number; writing: number };
  days: DayOfPlatform[];
  /** Some days that are over are not counted yet, and left out: see `keepFigures`. */
  counting: boolean;
}

/** The figures of the last `days` days, and of everything. */
export async function readStats(db: Database, now: number, days: number): Promise<Stats> {
  const [all, { rows }, counting] = await Promise.all([
    readFigures(db, now, 36_500),
    sql<Omit<Totals, 'tokens' | 'words' | 'turns'> & Stats['live']>`
      select (select count(*) from stories)::integer as stories, (select count(*) from channels)::integer as channels,
        (select count(*) from authors)::integer as authors,
        (select count(*) from turns where state = 'queued')::integer as queued,
        (select count(*) from turns where state = 'writing')::integer as writing`.execute(db),
    isCounting(db, now),
  ]);
  const { stories = 0, channels = 0, authors = 0, queued = 0, writing = 0 } = rows[0] ?? {};
  const sum = (of: (day: DayOfPlatform) => number) => all.reduce((total, day) => total + of(day), 0);
  const from = new Date(now - (days - 1) * 86_400_000).toISOString().slice(0, 10);
  return {
    totals: {
      turns: sum((day) => day.turns),
      stories,
      channels,
      authors,
      tokens: sum((day) => day.tokens),
      words: sum((day) => day.words),
    },
    live: { queued, writing },
    days: all.filter(({ day }) => day >= from),
    counting,
  };
}
