import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Config } from '../ops/config.ts';
import type { Logger } from '../ops/logger.ts';
import type { Shutdown } from '../ops/shutdown.ts';
import { connect, isConnectionTrouble } from '../storage/connection.ts';
import type { Database } from '../storage/database.ts';
import { startEmbeddedPostgres } from '../storage/embedded/embedded-postgres.ts';
import { migrateToLatest } from '../storage/migrate.ts';

/** How long a start waits for a database that is not there yet. */
const patienceMs = 15_000;

export interface OpenDatabase {
  db: Database;
  url: string;
}

/**
 * Connects to `DATABASE_URL`, or to a PostgreSQL of our own in `DATA_DIR`, and brings its tables up to date.
 * `join` is for commands that may run beside a Storyteller which has that PostgreSQL running.
 * @throws with a sentence that says what to do
 */
export async function openDatabase(
  config: Config,
  logger: Logger,
  shutdown: Shutdown,
  { join = false } = {},
): Promise<OpenDatabase> {
  let url = config.databaseUrl;
  if (!url) {
    const starting = startEmbeddedPostgres(config.dataDir, logger, { join });
    const stop = () =>
      starting.then(
        (embedded) => embedded.stop(),
        () => undefined,
      );
    shutdown.add('embedded PostgreSQL', stop);
    if (join) beforeDying(stop);
    url = (await starting).url;
  }
  const db = connect(url, logger);
  shutdown.add('database connections', () => db.destroy());
  await waitUntilItAnswers(db, url, logger);
  const done = await migrateToLatest(db);
  if (done.length > 0) logger.info({ migrations: done }, 'the database is up to date');
  return { db, url };
}

/** A command that is told to end in its middle ends as any program does, once `work` is done. */
function beforeDying(work: () => Promise<void>): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void work().then(() => process.kill(process.pid, signal)));
}

async function waitUntilItAnswers(db: Database, url: string, logger: Logger): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (let told = false; ; told = true) {
    try {
      await sql`select 1`.execute(db);
      return;
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      const { host, pathname } = new URL(url);
      if (!isConnectionTrouble(error))
        throw new Error(
          `The database at ${host}${pathname} refuses the connection: ${message}. Check DATABASE_URL.`,
        );
      if (Date.now() > deadline)
        throw new Error(
          `The database at ${host}${pathname} can't be reached (${code ?? message}): is it running, and is DATABASE_URL right?`,
        );
      if (!told) logger.warn({ host, code }, 'waiting for the database');
      await delay(500);
    }
  }
}
