import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../storage/database.ts';
import { type ExportOptions, exportHistory } from './export.ts';
import { type HistoryFilter, storyCondition } from './filter.ts';

/** What a place takes: so many files, each of at most so many bytes. */
export interface FileLimits {
  bytes: number;
  files: number;
}

/** The export is more than a place takes. */
export class ExportTooLarge extends Error {
  override name = 'ExportTooLarge';
}

/** Something that is not cut: a story, or a turn of one that is larger than a file. */
interface Piece {
  id: string;
  /** Its texts, and about what a format says beside them. */
  weight: number;
}

/** What may be written beside a part while it is made and sent. */
const room = 0.97;

/** How large a file is made at most, in bytes. */
export const largestPart = ({ bytes }: FileLimits) => bytes * room;

/**
 * Divides an export that is more than one file into as few as fit, stories whole: only one that is larger than a file is
 * cut, between turns. Each part is measured by making it, and none is kept.
 * @returns what to export for each part
 * @throws {ExportTooLarge} when there would be more files than `limits` allow
 */
export async function split(options: ExportOptions, limits: FileLimits): Promise<HistoryFilter[]> {
  const { db, filter } = options;
  const whole = await sizeOf(options, filter, limits.bytes * limits.files);
  const { rows: stories } = await weights(filter, 'story_id').execute(db);
  const weight = stories.reduce((sum, story) => sum + story.weight, 0);
  // A format may make some texts longer than others: then parts hold less.
  for (let share = room; share > 0.1; share *= 0.85) {
    const parts = await pack(db, stories, (share * limits.bytes * weight) / whole);
    if (parts.length > limits.files) break;
    if (await everyFits(options, parts, largestPart(limits))) return parts;
  }
  throw new ExportTooLarge(`The export is more than ${limits.files} files of ${limits.bytes} bytes.`);
}

async function everyFits(options: ExportOptions, parts: HistoryFilter[], most: number): Promise<boolean> {
  for (const part of parts) if ((await sizeOf(options, part, Infinity)) > most) return false;
  return true;
}

/** @throws {ExportTooLarge} once it is more than `most` */
async function sizeOf(options: ExportOptions, filter: HistoryFilter, most: number): Promise<number> {
  return exportHistory({ ...options, filter }, async (pieces) => {
    let size = 0;
    for await (const piece of pieces) {
      size += Buffer.byteLength(piece);
      if (size > most) throw new ExportTooLarge(`The export is more than ${most} bytes.`);
    }
    return size;
  });
}

/** What stories weigh, or turns, in the order of an export. */
export function weights(filter: HistoryFilter, by: 'story_id' | 'id'): RawBuilder<Piece> {
  const condition = sql.raw(storyCondition(filter) ?? 'true');
  return sql<Piece>`
    select t.${sql.ref(by)} as id, sum(octet_length(t.prompt) + octet_length(t.text) + 900)::float as weight
    from turns t join stories s on s.id = t.story_id
    where ${condition} group by t.${sql.ref(by)}, s.channel_id, s.created_at, s.id
    order by s.channel_id, s.created_at, s.id, t.${sql.ref(by)}`;
}

/** Fills one part after the other, up to `most` of weight. */
async function pack(db: Database, stories: Piece[], most: number): Promise<HistoryFilter[]> {
  const parts: HistoryFilter[] = [];
  const small: Piece[] = [];
  const close = () => {
    for (const group of groups(small.splice(0), most)) parts.push({ stories: group.map(({ id }) => id) });
  };
  for (const story of stories) {
    if (story.weight <= most) {
      small.push(story);
      continue;
    }
    close();
    const { rows: turns } = await weights({ story: story.id }, 'id').execute(db);
    const cuts = groups(turns, most).map(([first]) => first?.id);
    // The first and the last part also take what is told in between.
    for (const [at, from] of cuts.entries()) {
      parts.push({ story: story.id, turns: { from: at === 0 ? undefined : from, before: cuts[at + 1] } });
    }
  }
  close();
  return parts;
}

function groups(pieces: Piece[], most: number): Piece[][] {
  const found: Piece[][] = [];
  let left = 0;
  for (const piece of pieces) {
    if (piece.weight > left) {
      found.push([]);
      left = most;
    }
    found.at(-1)?.push(piece);
    left -= piece.weight;
  }
  return found;
}
