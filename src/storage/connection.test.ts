import { sql } from 'kysely';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { useDatabase } from '../../test/support/database.ts';
import { connect, isConnectionTrouble } from './connection.ts';

const database = useDatabase();

it('lives on when a connection breaks, idle or in the middle of a transaction', async () => {
  const db = connect(database.url, pino({ level: 'silent' }), 2);
  const pid = async (on: typeof db) =>
    (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(on)).rows[0]?.pid;
  const end = (backend: number | undefined) =>
    sql`select pg_terminate_backend(${backend})`.execute(database.db);

  const broken = db.transaction().execute(async (transaction) => {
    await end(await pid(transaction));
    // Long enough for the end to arrive while no query waits for an answer.
    await new Promise((resolve) => setTimeout(resolve, 200));
    await pid(transaction);
  });
  const error = await broken.catch((reason: unknown) => reason);
  expect(isConnectionTrouble(error)).toBe(true);

  await end(await pid(db));
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await pid(db)).toEqual(expect.any(Number));
  await db.destroy();
});
