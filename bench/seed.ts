import { sql } from 'kysely';
import { pino } from 'pino';
import { connect } from '../src/storage/connection.ts';
import { migrateToLatest } from '../src/storage/migrate.ts';
import { seedHistory } from './seed-history.ts';
import { makeTexts } from './seed-texts.ts';

/**
 * Fills an empty database with a made-up history: `DATABASE_URL=… node dist/bench/seed.js [turns]`, a million unless
 * said otherwise. The same number gives the same history.
 */
const url = process.env.DATABASE_URL;
const turns = Number(process.argv[2] ?? 1_000_000);
if (!url || !Number.isInteger(turns) || turns < 1) {
  process.stderr.write('Usage: DATABASE_URL=postgres://… node dist/bench/seed.js [turns]\n');
  process.exit(2);
}
const db = connect(url, pino({ level: 'warn' }));
try {
  await migrateToLatest(db);
  const { rows } = await sql<{ taken: boolean }>`select exists (select from turns) as taken`.execute(db);
  if (rows[0]?.taken) throw new Error('The database holds turns already: seed an empty one.');
  const started = Date.now();
  await seedHistory(db, turns, makeTexts(4_000), (done) => {
    process.stderr.write(`\r${done} of ${turns} turns`);
  });
  process.stderr.write(`\n${turns} turns in ${((Date.now() - started) / 1000).toFixed(0)} s\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  await db.destroy();
}
