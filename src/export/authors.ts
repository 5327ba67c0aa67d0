import type { Database } from '../storage/database.ts';
import { addAudit } from './audit.ts';

/** Shuts somebody out, or lets them in again. @returns false when there is nobody of that id */
export async function setBlocked(
  db: Database,
  author: { id: string } | { platform: string; externalId: string },
  blocked: boolean,
  actor: string,
): Promise<boolean> {
  const update = db.updateTable('authors').set({ blocked }).returning('id');
  const row = await ('id' in author
    ? update.where('id', '=', author.id)
    : update.where('platform', '=', author.platform).where('external_id', '=', author.externalId)
  ).executeTakeFirst();
  if (!row) return false;
  await addAudit(db, actor, blocked ? 'block' : 'unblock', { author: row.id });
  return true;
}

/** How many turns an hour somebody may ask for: null is QUOTA_TURNS_PER_HOUR, 0 as many as they like. */
export async function setQuota(
  db: Database,
  id: string,
  turnsPerHour: number | null,
  actor: string,
): Promise<boolean> {
  const row = await db
    .updateTable('authors')
    .set({ turns_per_hour: turnsPerHour })
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst();
  if (!row) return false;
  await addAudit(db, actor, 'quota', { author: id, turnsPerHour });
  return true;
}
