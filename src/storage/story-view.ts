import type { ChannelRef } from '../story/command.ts';
import type { Story, Turn, TurnView } from '../story/story.ts';
import type { Database } from './database.ts';
import { toStory, toTurn } from './rows.ts';
import { pathTo } from './turns.ts';

/** A story as it reads: the turns from its beginning to where it goes on from. */
export interface StoryView {
  story: Story;
  /** The last is the head; none when all of it was taken back. */
  views: TurnView[];
}

/** A story with its turns and their versions, or undefined when the channel has no such story. */
export async function viewStory(
  db: Database,
  channel: Pick<ChannelRef, 'platform' | 'externalId'>,
  storyId: string,
): Promise<StoryView | undefined> {
  const row = await db
    .selectFrom('stories')
    .innerJoin('channels', 'channels.id', 'stories.channel_id')
    .selectAll('stories')
    .where('stories.id', '=', storyId)
    .where('channels.platform', '=', channel.platform)
    .where('channels.external_id', '=', channel.externalId)
    .executeTakeFirst();
  if (!row) return undefined;
  const story = toStory(row);
  const path = story.headTurnId ? await pathTo(db, story.headTurnId) : [];
  const versions = await versionsOf(db, storyId);
  const views = path.map((turn) => ({
    turn,
    versionIds: versions.get(turn.parentId) ?? [turn.id],
    isHead: turn.id === story.headTurnId,
  }));
  return { story, views };
}

/** The turns of a story by the turn before them, oldest first. */
async function versionsOf(db: Database, storyId: string): Promise<Map<string | null, string[]>> {
  const rows = await db
    .selectFrom('turns')
    .select(['id', 'parent_id'])
    .where('story_id', '=', storyId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  const versions = new Map<string | null, string[]>();
  for (const { id, parent_id } of rows) versions.set(parent_id, [...(versions.get(parent_id) ?? []), id]);
  return versions;
}

/** The turns of several channels of one platform that are queued or being written, in the order they will be. */
export async function liveTurnsOf(
  db: Database,
  platform: string,
  externalIds: string[],
): Promise<{ externalId: string; turn: Turn }[]> {
  if (externalIds.length === 0) return [];
  const rows = await db
    .selectFrom('turns')
    .innerJoin('channels', 'channels.id', 'turns.channel_id')
    .selectAll('turns')
    .select('channels.external_id')
    .where('channels.platform', '=', platform)
    .where('channels.external_id', 'in', externalIds)
    .where('turns.state', 'in', ['queued', 'writing'])
    .orderBy('turns.created_at')
    .orderBy('turns.id')
    .execute();
  return rows.map((row) => ({ externalId: row.external_id, turn: toTurn(row) }));
}
