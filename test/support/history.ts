import { v7 as newId } from 'uuid';
import { defaultSampling } from '../../src/generation/options.ts';
import type { Database } from '../../src/storage/database.ts';

export interface ToldTurn {
  prompt?: string;
  text: string;
  author?: string;
  /** The index of the turn that it follows; the one before unless said otherwise, `null` for another beginning. */
  after?: number | null;
  at?: Date;
}

export interface Told {
  channelId: string;
  storyId: string;
  turnIds: string[];
}

/** Puts a story into the database as if it had been told there: its last turn is the head unless `head` says another. */
export async function tellStory(
  db: Database,
  turns: ToldTurn[],
  {
    channel = '1',
    title = 'A story',
    head = turns.length - 1,
  }: { channel?: string; title?: string; head?: number } = {},
): Promise<Told> {
  const channelId = await ensure(db, 'channels', channel, `Channel ${channel}`);
  const storyId = newId();
  const createdAt = turns[0]?.at ?? new Date();
  await db
    .insertInto('stories')
    .values({
      id: storyId,
      channel_id: channelId,
      title,
      created_at: createdAt,
      updated_at: turns.at(-1)?.at ?? createdAt,
    })
    .execute();
  const turnIds: string[] = [];
  for (const [
    index,
    { prompt = '', text, author = 'Ann', after = index - 1, at = new Date() },
  ] of turns.entries()) {
    const id = newId();
    await db
      .insertInto('turns')
      .values({
        id,
        story_id: storyId,
        channel_id: channelId,
        parent_id: after === null ? null : (turnIds[after] ?? null),
        author_id: await ensure(db, 'authors', author, author),
        prompt,
        text,
        state: 'finished',
        options: JSON.stringify({ ...defaultSampling, seed: 7, stop: [] }),
        model: 'storyteller-tiny',
        prompt_tokens: 5,
        completion_tokens: 12,
        timings: JSON.stringify({ queuedMs: 4, firstTokenMs: 120, totalMs: 900 }),
        end_reason: 'stop',
        reply_address: JSON.stringify({ platform: 'discord', data: { channel } }),
        message_refs: JSON.stringify([`message of ${id}`]),
        delivery: 'delivered',
        dedupe_key: `discord:${id}`,
        created_at: at,
        started_at: at,
        finished_at: at,
      })
      .execute();
    turnIds.push(id);
  }
  await db
    .updateTable('stories')
    .set({ head_turn_id: turnIds[head] ?? null })
    .where('id', '=', storyId)
    .execute();
  return { channelId, storyId, turnIds };
}

async function ensure(
  db: Database,
  table: 'authors' | 'channels',
  externalId: string,
  name: string,
): Promise<string> {
  const row = await db
    .insertInto(table)
    .values({ id: newId(), platform: 'discord', external_id: externalId, name })
    .onConflict((conflict) => conflict.columns(['platform', 'external_id']).doUpdateSet({ name }))
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}
