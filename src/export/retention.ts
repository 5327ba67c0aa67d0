import { sql } from 'kysely';
import type { Clock } from '../ops/clock.ts';
import type { Logger } from '../ops/logger.ts';
import type { Database } from '../storage/database.ts';
import { addAudit } from './audit.ts';
import { keepFigures } from './figures.ts';
import { withLock } from './lock.ts';

const storiesAtOnce = 500;

/** Deletes stories that nobody has touched for `days` days; in small steps, so that nobody waits for it. */
export async function removeUntouched({
  db,
  days,
  clock,
  logger,
}: {
  db: Database;
  days: number;
  clock: Clock;
  logger: Logger;
}): Promise<void> {
  await withLock(db, 'retention', async () => {
    // While another process counts, nothing that it may not have counted yet is removed.
    if (!(await keepFigures(db, clock.now()))) return;
    const before = new Date(clock.now() - days * 86_400_000);
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
