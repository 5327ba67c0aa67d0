import { sql } from 'kysely';
import pg from 'pg';
import type { Clock } from '../ops/clock.ts';
import type { Logger } from '../ops/logger.ts';
import type { Database } from './database.ts';

/** What processes tell each other through PostgreSQL. Only a hint: whoever misses it finds out by looking. */
export type Notification = { type: 'queued'; platform: string } | { type: 'stop'; turnId: string };

const channel = 'storyteller';

/** Tells every process, once the transaction of `db` is committed. */
export async function notify(db: Database, notification: Notification): Promise<void> {
  await sql`select pg_notify(${channel}, ${JSON.stringify(notification)})`.execute(db);
}

/** Listens until `signal` aborts, connecting again whenever the connection breaks. */
export async function listen(
  url: string,
  onNotification: (notification: Notification) => void,
  { logger, clock, signal }: { logger: Logger; clock: Clock; signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    const client = new pg.Client({
      connectionString: url,
      keepAlive: true,
      application_name: 'storyteller-listen',
    });
    const gone = new AbortController();
    const ended = new Promise<void>((resolve) => {
      // A broken connection may say so more than once, and one that nobody hears ends the process.
      client.on('error', () => resolve());
      client.once('end', () => resolve());
      signal.addEventListener('abort', () => resolve(), { once: true, signal: gone.signal });
    });
    try {
      client.on('notification', ({ payload }) => onNotification(JSON.parse(payload ?? '') as Notification));
      await client.connect();
      await client.query(`listen ${channel}`);
      await ended;
    } catch (error) {
      logger.debug({ error }, 'not listening to the database');
    }
    gone.abort();
    await client.end().catch(() => undefined);
    await clock.sleep(1_000, signal);
  }
}
