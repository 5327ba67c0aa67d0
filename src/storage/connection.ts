import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Logger } from '../ops/logger.ts';
import type { Database, DatabaseSchema } from './database.ts';

const statementTimeoutMs = 30_000;
/** For a connection, or a free one of the pool. With every core at work on stories, fifty commands at once took over 5 s. */
const connectTimeoutMs = 15_000;
const pools = new WeakMap<Database, pg.Pool>();

/** A pool of connections to PostgreSQL, with Kysely's typed queries over it. `destroy()` closes it. */
export function connect(url: string, logger: Logger, maxConnections = 10): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    application_name: 'storyteller',
  });
  // A connection that breaks while nobody asks it anything, idle or between the queries of a transaction, would
  // otherwise end the process.
  const onBreak = (error: Error) => logger.warn({ error: error.message }, 'a database connection broke');
  pool.on('error', onBreak);
  pool.on('connect', (client) => client.on('error', onBreak));
  const db = new Kysely<DatabaseSchema>({ dialect: new PostgresDialect({ pool }) });
  pools.set(db, pool);
  return db;
}

/** The pool beneath a database that {@link connect} gave: for COPY, which Kysely doesn't speak. */
export function poolOf(db: Database): pg.Pool {
  const pool = pools.get(db);
  if (!pool) throw new Error('Not a database with a pool of its own: a transaction has none.');
  return pool;
}

/** True when the trouble is the database's absence, not the query: worth trying again. */
export function isConnectionTrouble(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  // Classes 08 (connection), 53 (resources) and 57P (operator intervention): https://www.postgresql.org/docs/current/errcodes-appendix.html
  if (/^(08|53|57P)/.test(code ?? '')) return true;
  if (/^E(CONN|PIPE|TIMEDOUT|HOST|NET|AI_AGAIN|NOTFOUND)/.test(code ?? '')) return true;
  return /Connection terminated|timeout exceeded when trying to connect|not queryable/i.test(message ?? '');
}

/** True for whom PostgreSQL chose to end a deadlock (40P01): the transaction is undone, and can be tried again. */
export const isDeadlock = (error: unknown): boolean => (error as { code?: string }).code === '40P01';
