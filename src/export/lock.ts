import { poolOf } from '../storage/connection.ts';
import type { Database } from '../storage/database.ts';

/** Ours alone in PostgreSQL's space of advisory locks: two numbers, the first one the program's. */
const space = 1_937_011_321;
const locks = { dump: 1, retention: 2, figures: 3 } as const;

/**
 * Does `work` while no other process does the same. The lock is let go of by itself when this process dies.
 * @returns undefined, without waiting, when another one is at it
 */
export async function withLock<T>(
  db: Database,
  name: keyof typeof locks,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const client = await poolOf(db).connect();
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    const { rows } = await client.query('select pg_try_advisory_lock($1, $2) as mine', [space, locks[name]]);
    if (!rows[0]?.mine) return undefined;
    try {
      return await work();
    } finally {
      await client.query('select pg_advisory_unlock($1, $2)', [space, locks[name]]).catch(onError);
    }
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
