import { sql } from 'kysely';
import type { Database } from '../../src/storage/database.ts';
import { platformName } from './address.ts';

/** The turn that a message of a channel shows: of several versions in one message, the one that the story goes on from. */
export async function findTurnId(
  db: Database,
  channel: string,
  messageId: number,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('turns')
    .innerJoin('channels', 'channels.id', 'turns.channel_id')
    .innerJoin('stories', 'stories.id', 'turns.story_id')
    .select('turns.id')
    .where('channels.platform', '=', platformName)
    .where('channels.external_id', '=', channel)
    .where(sql<boolean>`turns.message_refs @> ${JSON.stringify([{ message: messageId }])}::jsonb`)
    .orderBy(sql`(stories.head_turn_id is not distinct from turns.id)`, 'desc')
    .orderBy('turns.created_at', 'desc')
    .executeTakeFirst();
  return row?.id;
}
