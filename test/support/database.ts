import { pino } from 'pino';
import { afterAll, beforeAll, inject } from 'vitest';
import { connect } from '../../src/storage/connection.ts';
import type { Database } from '../../src/storage/database.ts';
import { migrateToLatest } from '../../src/storage/migrate.ts';
import { createEmptyDatabase } from './postgres.ts';

export interface TestDatabase {
  db: Database;
  url: string;
}

/** A migrated database of this file's own, on the real PostgreSQL of the run. */
export function useDatabase(): TestDatabase {
  const database = {} as TestDatabase;
  let drop: () => Promise<void>;
  beforeAll(async () => {
    const empty = await createEmptyDatabase(inject('postgresUrl'));
    database.url = empty.url;
    database.db = connect(empty.url, pino({ level: 'silent' }));
    drop = empty.drop;
    await migrateToLatest(database.db);
  });
  afterAll(async () => {
    await database.db?.destroy();
    await drop?.();
  });
  return database;
}
