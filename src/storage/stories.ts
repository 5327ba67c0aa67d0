import { sql } from 'kysely';
import { v7 as newId } from 'uuid';
import type { StorySummary } from '../story/outcome.ts';
import type { Story } from '../story/story.ts';
import type { Database } from './database.ts';
import { toStory } from './rows.ts';

export async function createStory(db: Database, channelId: string, title: string): Promise<Story> {
  const row = await db
    .insertInto('stories')
    .values({ id: newId(), channel_id: channelId, title })
    .returningAll()
    .executeTakeFirstOrThrow();
  return toStory(row);
}

export async function findStory(db: Database, storyId: string): Promise<Story | undefined> {
  const row = await db.selectFrom('stories').selectAll().where('id', '=', storyId).executeTakeFirst();
  return row && toStory(row);
}

/** The channel's story that was written on last and has not been taken back whole. */
export async function newestStory(db: Database, channelId: string): Promise<Story | undefined> {
  const row = await db
    .selectFrom('stories')
    .selectAll()
    .where('channel_id', '=', channelId)
    .where('head_turn_id', 'is not', null)
    .orderBy('updated_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toStory(row);
}

/** Makes `turnId` the turn that the story goes on from; `null` when all of it was taken back. */
export async function moveHead(db: Database, storyId: string, turnId: string | null): Promise<void> {
  await db
    .updateTable('stories')
    .set({ head_turn_id: turnId, updated_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', storyId)
    .execute();
}

/** A channel's stories, newest first. */
export async function listStories(
  db: Database,
  channelId: string,
  { limit = 20, before }: { limit?: number; before?: Date | undefined } = {},
): Promise<StorySummary[]> {
  let query = db
    .selectFrom('stories')
    .leftJoin('turns as head', 'head.id', 'stories.head_turn_id')
    .selectAll('stories')
    .select((eb) => [
      sql<string>`left(coalesce(head.text, ''), 200)`.as('excerpt'),
      eb
        .selectFrom('turns')
        .select(eb.cast<number>(eb.fn.countAll(), 'integer').as('n'))
        .whereRef('turns.story_id', '=', 'stories.id')
        .as('turns'),
    ])
    .where('stories.channel_id', '=', channelId)
    .where('stories.head_turn_id', 'is not', null)
    .orderBy('stories.updated_at', 'desc')
    .limit(limit);
  if (before) query = query.where('stories.updated_at', '<', before);
  const rows = await query.execute();
  return rows.map((row) => ({ ...toStory(row), turns: row.turns ?? 0, excerpt: row.excerpt }));
}

/** Removes a channel's stories with all their turns. @returns how many */
export async function deleteStories(db: Database, channelId: string): Promise<number> {
  const result = await db.deleteFrom('stories').where('channel_id', '=', channelId).executeTakeFirst();
  return Number(result.numDeletedRows);
}
