import { sql } from 'kysely';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { useDatabase } from '../../test/support/database.ts';
import { soon } from '../../test/support/soon.ts';
import { connect, isConnectionTrouble } from './connection.ts';

const database = useDatabase();

it('lives on when a connection breaks, idle or in the middle of a transaction', async () => {
  const warnings: string[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => warnings.push(line) });
  const db = connect(database.url, logger, 2);
  const pid = async (on: typeof db) =>
    (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(on)).rows[0]?.pid;
  const end = (backend: number | undefined) =>
    sql`select pg_terminate_backend(${backend})`.execute(database.db);

  const broken = db.transaction().execute(async (transaction) => {
    await end(await pid(transaction));
    // The end arrives while no query waits for an answer.
    await soon(() => expect(warnings).not.toEqual([]));
    await pid(transaction);
  });
  const error = await broken.catch((reason: unknown) => reason);
  expect(isConnectionTrouble(error)).toBe(true);

  warnings.length = 0;
  await end(await pid(db));
  await soon(() => expect(warnings).not.toEqual([]));
  expect(await pid(db)).toEqual(expect.any(Number));
  await db.destroy();
});
