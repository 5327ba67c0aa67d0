import type { Clock } from '../ops/clock.ts';
import type { Database } from '../storage/database.ts';
import type { AdminActions } from '../story/admin.ts';
import { textsFor } from '../texts/catalogue.ts';
import { addAudit } from './audit.ts';
import { setBlocked } from './authors.ts';
import { exportToFiles } from './export-file.ts';
import { keepFigures } from './figures.ts';
import { formatNames, formatOf } from './formats.ts';
import { readStats } from './stats.ts';

/** What the people that ADMINS names may do from a chat. */
export function createAdminActions(db: Database, clock: Clock): AdminActions {
  return {
    formats: formatNames,
    async export(name, actor, limits) {
      const options = { db, filter: {}, locale: 'en', takenAt: new Date(clock.now()) };
      const files = await exportToFiles({ ...options, format: formatOf(name) }, limits);
      await addAudit(db, actor, 'export', { format: name });
      return files;
    },
    async stats(locale) {
      await keepFigures(db, clock.now());
      const stats = await readStats(db, clock.now(), 1);
      const sum = (of: 'turns' | 'tokens' | 'edits' | 'rateLimited') =>
        stats.days.reduce((all, day) => all + day[of], 0);
      const today = {
        turns: sum('turns'),
        tokens: sum('tokens'),
        edits: sum('edits'),
        rateLimited: sum('rateLimited'),
      };
      return textsFor(locale).history.stats({ ...stats.totals, ...stats.live, today });
    },
    block: (author, actor) => setBlocked(db, author, true, actor),
    unblock: (author, actor) => setBlocked(db, author, false, actor),
  };
}
