import { sql } from 'kysely';
import type { Timings } from '../generation/generator.ts';
import type { Turn, TurnState } from '../story/story.ts';
import type { Database, TurnRow } from './database.ts';
import { toTurn } from './rows.ts';

/** How long a turn is somebody's without a sign of life: a checkpoint comes every second. */
export const leaseMs = 6_000;
/** How long a reply is somebody's to show without a sign of life: one comes every few seconds. */
const deliveryLeaseMs = 10_000;
/** A reply that nobody could show for so long is not shown any more. */
const deliveryAgeMs = 24 * 3_600_000;

/** Somebody is just showing an ended turn. */
const isShownNow = sql<boolean>`delivery = 'pending' and finished_at is not null and lease_until > clock_timestamp()`;

const inFuture = (ms: number) => sql<Date>`clock_timestamp() + ${ms} * interval '1 millisecond'`;

/**
 * Takes the oldest turn that may be written now for `owner`: a waiting one whose channel is free, or one whose writer
 * is gone. Undefined when there is none. Two owners never get the same turn, nor two turns of one channel: earlier
 * turns of a channel shut out later ones, rows under way elsewhere are skipped, and a unique index has the last word.
 * Versions share their messages: one waits until another is shown there. `held` are the turns that the owner is at work
 * on, whatever their leases say.
 */
export async function claimTurn(
  db: Database,
  owner: string,
  platforms: string[],
  held: string[] = [],
): Promise<Turn | undefined> {
  const { rows } = await sql<TurnRow>`
    update turns set
      state = 'writing', lease_owner = ${owner}, lease_until = ${inFuture(leaseMs)},
      started_at = coalesce(started_at, clock_timestamp()), attempts = attempts + 1
    where id = (
      select t.id from turns t
      where t.state in ('queued', 'writing')
        and t.reply_address ->> 'platform' = any(${platforms})
        and (t.state = 'queued' or t.lease_until < clock_timestamp())
        and t.id <> all(${held}::uuid[])
        and not exists (
          select from turns o
          where o.channel_id = t.channel_id and o.id <> t.id and (
            o.state = 'writing'
            or (t.state = 'queued' and o.state = 'queued' and (o.created_at, o.id) < (t.created_at, t.id))
          )
        )
        and not exists (
          select from turns v
          where v.story_id = t.story_id and v.parent_id is not distinct from t.parent_id and v.id <> t.id
            and ${isShownNow}
        )
      order by t.created_at, t.id
      limit 1
      for update of t skip locked
    )
    returning *`.execute(db);
  return rows[0] && toTurn(rows[0]);
}

export interface Progress {
  text: string;
  completionTokens: number;
  promptTokens?: number | null;
  model?: string;
}

/**
 * Saves the text so far and renews the lease.
 * @returns whether somebody asked to stop; undefined when the turn is not `owner`'s any more
 */
export async function checkpoint(
  db: Database,
  turnId: string,
  owner: string,
  progress: Progress,
): Promise<{ stopRequested: boolean } | undefined> {
  const row = await db
    .updateTable('turns')
    .set({
      text: progress.text,
      completion_tokens: progress.completionTokens,
      lease_until: inFuture(leaseMs),
      ...(progress.promptTokens == null ? {} : { prompt_tokens: progress.promptTokens }),
      ...(progress.model === undefined ? {} : { model: progress.model }),
    })
    .where('id', '=', turnId)
    .where('lease_owner', '=', owner)
    .where('state', '=', 'writing')
    .returning('stop_requested')
    .executeTakeFirst();
  return row && { stopRequested: row.stop_requested };
}

/** Ends a turn with its last text, and keeps it for `owner` to show. Undefined when it is not theirs any more. */
export async function endTurn(
  db: Database,
  turnId: string,
  owner: string,
  state: Exclude<TurnState, 'queued' | 'writing'>,
  end: Progress & { endReason: string; timings?: Timings | undefined },
): Promise<Turn | undefined> {
  const row = await db
    .updateTable('turns')
    .set({
      state,
      text: end.text,
      completion_tokens: end.completionTokens,
      end_reason: end.endReason,
      timings: end.timings ? JSON.stringify(end.timings) : null,
      finished_at: sql<Date>`clock_timestamp()`,
      lease_until: inFuture(deliveryLeaseMs),
      ...(end.promptTokens == null ? {} : { prompt_tokens: end.promptTokens }),
      ...(end.model === undefined ? {} : { model: end.model }),
    })
    .where('id', '=', turnId)
    .where('lease_owner', '=', owner)
    .where('state', '=', 'writing')
    .returningAll()
    .executeTakeFirst();
  return row && toTurn(row);
}

/** Gives a turn back unfinished, with its text, for whoever comes next: a clean stop is not counted as an attempt. */
export async function handBack(
  db: Database,
  turnId: string,
  owner: string,
  progress: Progress,
): Promise<void> {
  await db
    .updateTable('turns')
    .set((eb) => ({
      state: 'queued',
      text: progress.text,
      completion_tokens: progress.completionTokens,
      lease_owner: null,
      lease_until: null,
      attempts: eb('attempts', '-', 1),
    }))
    .where('id', '=', turnId)
    .where('lease_owner', '=', owner)
    .where('state', '=', 'writing')
    .execute();
}

/** Takes an ended turn whose last edit nobody has shown, for `owner` to show. */
export async function claimDelivery(
  db: Database,
  owner: string,
  platforms: string[],
  held: string[] = [],
): Promise<Turn | undefined> {
  const { rows } = await sql<TurnRow>`
    update turns set lease_owner = ${owner}, lease_until = ${inFuture(deliveryLeaseMs)}
    where id = (
      select id from turns
      where delivery = 'pending' and finished_at is not null
        and finished_at > clock_timestamp() - ${deliveryAgeMs} * interval '1 millisecond'
        and reply_address ->> 'platform' = any(${platforms})
        and (lease_until is null or lease_until < clock_timestamp())
        and id <> all(${held}::uuid[])
      order by finished_at
      limit 1
      for update skip locked
    )
    returning *`.execute(db);
  return rows[0] && toTurn(rows[0]);
}

/** Whether somebody is just showing an ended turn: its messages are stored a moment after people see them. */
export async function isBeingShown(db: Database, turnId: string): Promise<boolean> {
  const row = await db
    .selectFrom('turns')
    .select('id')
    .where('id', '=', turnId)
    .where(isShownNow)
    .executeTakeFirst();
  return row !== undefined;
}

/** Renews the lease of a reply that is being shown. */
export async function renewDelivery(db: Database, turnId: string, owner: string): Promise<void> {
  await db
    .updateTable('turns')
    .set({ lease_until: inFuture(deliveryLeaseMs) })
    .where('id', '=', turnId)
    .where('lease_owner', '=', owner)
    .execute();
}

export async function saveDelivery(
  db: Database,
  turnId: string,
  owner: string,
  delivery: 'delivered' | 'undeliverable',
): Promise<void> {
  await db
    .updateTable('turns')
    .set({ delivery, lease_owner: null, lease_until: null })
    .where('id', '=', turnId)
    .where('lease_owner', '=', owner)
    .execute();
}

/** Lets the next process show at once what this one could not. */
export async function releaseDelivery(db: Database, turnId: string, owner: string): Promise<void> {
  await db
    .updateTable('turns')
    .set({ lease_owner: null, lease_until: null })
    .where('id', '=', turnId)
    .where('lease_owner', '=', owner)
    .execute();
}

/**
 * Asks for turns of a channel to be stopped. Waiting ones end at once; the writer of one under way is to be told.
 * @returns the turns that were live
 */
export async function requestStop(db: Database, channelId: string, turnId?: string): Promise<Turn[]> {
  const { rows } = await sql<TurnRow>`
    update turns set
      stop_requested = true,
      state = case state when 'queued' then 'stopped' else state end,
      end_reason = case state when 'queued' then 'abort' else end_reason end,
      finished_at = case state when 'queued' then clock_timestamp() else finished_at end
    where channel_id = ${channelId} and state in ('queued', 'writing')
      and (${turnId ?? null}::uuid is null or id = ${turnId ?? null}::uuid)
    returning *`.execute(db);
  return rows.map(toTurn);
}
