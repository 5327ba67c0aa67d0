import { sql } from 'kysely';
import type { Logger } from '../ops/logger.ts';
import type { Database } from '../storage/database.ts';
import { addAudit } from './audit.ts';
import { firstOpenDay } from './figures.ts';
import { withLock } from './lock.ts';

const storiesAtOnce = 500;

/**
 * Deletes stories that nobody has touched for `days` days and whose days are over; in small steps, so that nobody waits
 * for it. To be called when those days, as of the same `now`, are counted: see `keepFigures`.
 */
export async function removeUntouched({
  db,
  days,
  now,
  logger,
}: {
  db: Database;
  days: number;
  now: number;
  logger: Logger;
}): Promise<void> {
  await withLock(db, 'retention', async () => {
    const before = new Date(Math.min(now - days * 86_400_000, Date.parse(firstOpenDay(now))));
    let stories = 0;
    for (;;) {
      const { rows } = await sql`
        delete from stories where id in (
          select s.id from stories s where s.updated_at < ${before}
            and not exists (select from turns t where t.story_id = s.id and t.state in ('queued', 'writing'))
          order by s.updated_at limit ${storiesAtOnce} for update skip locked)
        returning id`.execute(db);
      stories += rows.length;
      if (rows.length < storiesAtOnce) break;
    }
    if (stories === 0) return;
    await addAudit(db, 'retention', 'delete', { stories, days });
    logger.info({ stories, days }, 'stories untouched for so long were deleted');
  });
}
