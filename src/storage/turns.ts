import { sql } from 'kysely';
import type { MessageRef } from '../reply/surface.ts';
import type { Turn, TurnView } from '../story/story.ts';
import type { Database, NewTurn, TurnRow } from './database.ts';
import { toTurn } from './rows.ts';

/** Stores a queued turn. Undefined when its dedupe key is taken: the same event was told twice. */
export async function createTurn(db: Database, turn: NewTurn): Promise<Turn | undefined> {
  const row = await db
    .insertInto('turns')
    .values(turn)
    .onConflict((conflict) => conflict.column('dedupe_key').doNothing())
    .returningAll()
    .executeTakeFirst();
  return row && toTurn(row);
}

export async function findTurn(db: Database, turnId: string): Promise<Turn | undefined> {
  const row = await db.selectFrom('turns').selectAll().where('id', '=', turnId).executeTakeFirst();
  return row && toTurn(row);
}

export async function findTurnByKey(db: Database, dedupeKey: string): Promise<Turn | undefined> {
  const row = await db.selectFrom('turns').selectAll().where('dedupe_key', '=', dedupeKey).executeTakeFirst();
  return row && toTurn(row);
}

/** The channel's turns that are queued or being written, in the order they will be. */
export async function liveTurns(db: Database, channelId: string): Promise<Turn[]> {
  const rows = await db
    .selectFrom('turns')
    .selectAll()
    .where('channel_id', '=', channelId)
    .where('state', 'in', ['queued', 'writing'])
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(toTurn);
}

/** How many turns wait or are being written, here and everywhere. */
export async function countLiveTurns(
  db: Database,
  channelId: string,
): Promise<{ channel: number; all: number }> {
  return db
    .selectFrom('turns')
    .select((eb) => [
      eb.cast<number>(eb.fn.countAll(), 'integer').as('all'),
      eb.cast<number>(eb.fn.countAll().filterWhere('channel_id', '=', channelId), 'integer').as('channel'),
    ])
    .where('state', 'in', ['queued', 'writing'])
    .executeTakeFirstOrThrow();
}

/** The turns from the story's beginning to `turnId`, which is the last. */
export async function pathTo(db: Database, turnId: string): Promise<Turn[]> {
  const { rows } = await sql<TurnRow & { depth: number }>`
    with recursive path as (
      select t.*, 0 as depth from turns t where t.id = ${turnId}
      union all
      select p.*, path.depth + 1 from turns p join path on p.id = path.parent_id
    )
    select * from path order by depth desc`.execute(db);
  return rows.map(toTurn);
}

/** A turn with its versions, and whether the story goes on from it. */
export async function viewTurn(db: Database, turnId: string): Promise<TurnView | undefined> {
  const turn = await findTurn(db, turnId);
  if (!turn) return undefined;
  const siblings = await db
    .selectFrom('turns')
    .select('id')
    .where('story_id', '=', turn.storyId)
    .where('parent_id', 'is not distinct from', turn.parentId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  const story = await db
    .selectFrom('stories')
    .select('head_turn_id')
    .where('id', '=', turn.storyId)
    .executeTakeFirst();
  return { turn, versionIds: siblings.map((row) => row.id), isHead: story?.head_turn_id === turn.id };
}

/** What showing a turn took. */
export interface ReplyCalls {
  /** Posts, edits and removals. */
  edits: number;
  /** Those of them that the platform put off. */
  rateLimited: number;
}

/** Adds to what is counted for a turn already. */
export async function addReplyCalls(db: Database, turnId: string, calls: ReplyCalls): Promise<void> {
  await db
    .updateTable('turns')
    .set((eb) => ({
      edits: eb('edits', '+', calls.edits),
      rate_limited: eb('rate_limited', '+', calls.rateLimited),
    }))
    .where('id', '=', turnId)
    .execute();
}

/**
 * Notes which messages show a turn. Its versions are shown in the same ones, and so will one be that is just being asked
 * for: commands of a channel hold its lock. Only what somebody had written beside it, before it had ended, gets messages
 * of its own.
 * @param owner when given, nothing is noted unless the turn is still theirs
 */
export async function saveMessageRefs(
  db: Database,
  turn: Turn,
  refs: MessageRef[],
  owner?: string,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await transaction
      .selectFrom('channels')
      .select('id')
      .where('id', '=', turn.channelId)
      .forNoKeyUpdate()
      .execute();
    const shown = await transaction
      .selectFrom('turns')
      .select('finished_at')
      .where('id', '=', turn.id)
      .$if(owner !== undefined, (query) => query.where('lease_owner', '=', owner ?? null))
      .executeTakeFirst();
    if (!shown) return;
    const endedAt = shown.finished_at;
    await transaction
      .updateTable('turns')
      .set({ message_refs: JSON.stringify(refs) })
      .where('story_id', '=', turn.storyId)
      .where('parent_id', 'is not distinct from', turn.parentId)
      .where((eb) =>
        eb.or([
          eb('id', '=', turn.id),
          eb('state', '!=', 'queued'),
          sql<boolean>`message_refs <> '[]'`,
          ...(endedAt ? [eb('created_at', '>', endedAt)] : []),
        ]),
      )
      .execute();
  });
}
