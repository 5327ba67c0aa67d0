import { Migrator, sql } from 'kysely';
import { migrations } from '../../migrations/index.ts';
import type { Database } from './database.ts';

/**
 * Brings the database's tables up to date, under a lock, so that any number of processes may do it at once, and as long
 * as it takes: over a long history one index takes minutes.
 * @returns the names of the migrations that were run now
 * @throws when one fails (it is rolled back), or when the database is newer than this program
 */
export async function migrateToLatest(db: Database): Promise<string[]> {
  const { error, results = [] } = await db.connection().execute(async (connection) => {
    const migrator = new Migrator({ db: connection, provider: { getMigrations: async () => migrations } });
    await sql`set statement_timeout = 0`.execute(connection);
    try {
      return await migrator.migrateToLatest();
    } finally {
      await sql`reset statement_timeout`.execute(connection);
    }
  });
  if (error) throw error;
  return results.map((result) => result.migrationName);
}
