import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { pino } from 'pino';
import { expect, inject, it } from 'vitest';
import { createEmptyDatabase } from '../../test/support/postgres.ts';
import { soon } from '../../test/support/soon.ts';
import { connect } from './connection.ts';
import type { Database } from './database.ts';
import { migrateToLatest } from './migrate.ts';

it('makes the tables once, however many processes start at once, and is harmless afterwards', async () => {
  const { url, drop } = await createEmptyDatabase(inject('postgresUrl'));
  const processes = Array.from({ length: 5 }, () => connect(url, pino({ level: 'silent' }), 2));
  const runs = await Promise.all(processes.map(migrateToLatest));
  expect(runs.flat()).toContain('0001_stories');
  expect(runs.filter((names) => names.length > 0)).toHaveLength(1);
  expect(await migrateToLatest(processes[0]!)).toEqual([]);
  await Promise.all(processes.map((db) => db.destroy()));
  await drop();
});

it('waits for another process’s migrations as long as they take', async () => {
  const { url, drop } = await createEmptyDatabase(inject('postgresUrl'));
  const pool = new pg.Pool({ connectionString: url, statement_timeout: 100 });
  const db: Database = new Kysely({ dialect: new PostgresDialect({ pool }) });
  const other = new pg.Client({ connectionString: url });
  await other.connect();
  // Kysely's own lock: https://github.com/kysely-org/kysely/blob/master/src/dialect/postgres/postgres-adapter.ts
  await other.query('select pg_advisory_lock(3853314791062309107)');
  let isOver = false;
  const migrating = migrateToLatest(db).finally(() => {
    isOver = true;
  });
  migrating.catch(() => undefined);
  await soon(async () => {
    const { rowCount } = await other.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
        and clock_timestamp() - query_start > interval '200 milliseconds'`,
    );
    expect(isOver || rowCount === 1).toBe(true);
  });
  await other.query('select pg_advisory_unlock(3853314791062309107)');
  expect(await migrating).toContain('0001_stories');
  const { rows } = await sql<{ statement_timeout: string }>`show statement_timeout`.execute(db);
  expect(rows).toEqual([{ statement_timeout: '100ms' }]);
  await Promise.all([other.end(), db.destroy()]);
  await drop();
});
