import type { Clock } from '../ops/clock.ts';
import type { Database } from '../storage/database.ts';
import type { AdminActions } from '../story/admin.ts';
import { textsFor } from '../texts/catalogue.ts';
import { addAudit } from './audit.ts';
import { setBlocked } from './authors.ts';
import { exportToFile } from './export-file.ts';
import { formatNames, formatOf } from './formats.ts';
import { readStats } from './stats.ts';

/** What the people that ADMINS names may do from a chat. */
export function createAdminActions(db: Database, clock: Clock): AdminActions {
  return {
    formats: formatNames,
    async export(name, actor) {
      const file = await exportToFile(db, formatOf(name), { filter: {}, locale: 'en', now: clock.now() });
      await addAudit(db, actor, 'export', { format: name, bytes: file.data.length });
      return file;
    },
    async stats(locale) {
      const stats = await readStats(db, clock.now(), 1);
      const today = stats.days.reduce(
        (sum, day) => ({ turns: sum.turns + day.turns, tokens: sum.tokens + day.tokens }),
        { turns: 0, tokens: 0 },
      );
      return textsFor(locale).history.stats({ ...stats.totals, ...stats.live, today });
    },
    block: (author, actor) => setBlocked(db, author, true, actor),
    unblock: (author, actor) => setBlocked(db, author, false, actor),
  };
}
