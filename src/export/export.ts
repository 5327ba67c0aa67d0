import { sql } from 'kysely';
import type { Database } from '../storage/database.ts';
import { type HistoryFilter, storyCondition } from './filter.ts';
import type { ExportFormat, Part } from './format.ts';
import { withSnapshot } from './snapshot.ts';
import { historySource } from './source.ts';

export interface ExportOptions {
  db: Database;
  format: ExportFormat;
  filter: HistoryFilter;
  /** The language of our own words in it. */
  locale: string;
  takenAt: Date;
  /** Which file this is of how many, where one is not enough. */
  part?: Part | undefined;
  onTurns?: ((turns: number) => void) | undefined;
}

/**
 * Gives the stories that fit `filter`, in one format and as one moment saw them, to `consume`, piece by piece and as
 * fast as it takes them.
 */
export async function exportHistory<T>(
  { db, format, ...options }: ExportOptions,
  consume: (pieces: AsyncIterable<Uint8Array | string>) => Promise<T>,
): Promise<T> {
  return withSnapshot(db, (client) =>
    consume(format.write(historySource(client, { ...options, complete: false }))),
  );
}

/** How many turns an export of these stories reads, all their versions counted. */
export async function countTurns(db: Database, filter: HistoryFilter): Promise<number> {
  const condition = storyCondition(filter);
  const where = condition
    ? sql`where t.story_id in (select s.id from stories s where ${sql.raw(condition)})`
    : sql``;
  const { rows } = await sql<{ turns: number }>`
    select count(*)::integer as turns from turns t ${where}`.execute(db);
  return rows[0]?.turns ?? 0;
}

/** `storyteller-20261125T030000Z.epub`, or `storyteller-20261125T030000Z-1-of-3.epub` */
export function exportName(format: ExportFormat, takenAt: Date, part?: Part): string {
  const name = `storyteller-${takenAt.toISOString().replace(/[-:]|\.\d+/g, '')}`;
  return `${name}${part ? `-${part.number}-of-${part.of}` : ''}.${format.extension}`;
}
