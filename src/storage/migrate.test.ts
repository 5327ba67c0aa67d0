import { pino } from 'pino';
import { expect, inject, it } from 'vitest';
import { createEmptyDatabase } from '../../test/support/postgres.ts';
import { connect } from './connection.ts';
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
