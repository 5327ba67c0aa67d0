import { v7 as newId } from 'uuid';
import type { AuthorRef, ChannelRef } from '../story/command.ts';
import type { Author, Channel, ChannelSettings } from '../story/story.ts';
import type { Database } from './database.ts';
import { toAuthor, toChannel } from './rows.ts';

/** The channel's row, made when it is new, and locked until the transaction of `db` ends: commands of a channel go one by one. */
export async function lockChannel(db: Database, ref: ChannelRef): Promise<Channel> {
  const row = await db
    .insertInto('channels')
    .values({ id: newId(), platform: ref.platform, external_id: ref.externalId, name: ref.name ?? null })
    .onConflict((conflict) =>
      conflict
        .columns(['platform', 'external_id'])
        .doUpdateSet((eb) => ({ name: eb.fn.coalesce('excluded.name', 'channels.name') })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return toChannel(row);
}

export async function findChannel(db: Database, ref: ChannelRef): Promise<Channel | undefined> {
  const row = await db
    .selectFrom('channels')
    .selectAll()
    .where('platform', '=', ref.platform)
    .where('external_id', '=', ref.externalId)
    .executeTakeFirst();
  return row && toChannel(row);
}

export async function saveSettings(
  db: Database,
  channelId: string,
  settings: ChannelSettings,
): Promise<void> {
  await db
    .updateTable('channels')
    .set({ settings: JSON.stringify(settings) })
    .where('id', '=', channelId)
    .execute();
}

/** The author's row, made when it is new; the name follows the platform's. */
export async function ensureAuthor(db: Database, ref: AuthorRef): Promise<Author> {
  const row = await db
    .insertInto('authors')
    .values({ id: newId(), platform: ref.platform, external_id: ref.externalId, name: ref.name })
    .onConflict((conflict) => conflict.columns(['platform', 'external_id']).doUpdateSet({ name: ref.name }))
    .returningAll()
    .executeTakeFirstOrThrow();
  return toAuthor(row);
}

/** Whether an admin has shut somebody out; nobody who is not known yet is. */
export async function isBlocked(db: Database, ref: AuthorRef): Promise<boolean> {
  const row = await db
    .selectFrom('authors')
    .select('blocked')
    .where('platform', '=', ref.platform)
    .where('external_id', '=', ref.externalId)
    .executeTakeFirst();
  return row?.blocked === true;
}

export interface QuotaUse {
  /** This author's own limit, when an admin has set one. */
  limit: number | null;
  used: number;
  /** When the oldest turn that counts was asked for. */
  oldest: Date | null;
}

/** The turns that an author asked for since `since`. */
export async function quotaUse(db: Database, authorId: string, since: Date): Promise<QuotaUse> {
  const author = await db
    .selectFrom('authors')
    .select('turns_per_hour')
    .where('id', '=', authorId)
    .executeTakeFirst();
  const turns = await db
    .selectFrom('turns')
    .select((eb) => [
      eb.cast<number>(eb.fn.countAll(), 'integer').as('used'),
      eb.fn.min('created_at').as('oldest'),
    ])
    .where('author_id', '=', authorId)
    .where('created_at', '>', since)
    .executeTakeFirstOrThrow();
  return { limit: author?.turns_per_hour ?? null, used: turns.used, oldest: turns.oldest as Date | null };
}
