import { Migrator } from 'kysely';
import { migrations } from '../../migrations/index.ts';
import type { Database } from './database.ts';

/**
 * Brings the database's tables up to date, under a lock, so that any number of processes may do it at once.
 * @returns the names of the migrations that were run now
 * @throws when one fails (it is rolled back), or when the database is newer than this program
 */
export async function migrateToLatest(db: Database): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error) throw error;
  return results.map((result) => result.migrationName);
}
