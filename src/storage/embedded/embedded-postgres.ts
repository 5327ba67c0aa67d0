import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../../ops/free-port.ts';
import type { Logger } from '../../ops/logger.ts';
import { accountFor, commandAs } from './account.ts';
import { findBinaries } from './binaries.ts';
import { clusterUser, ensureCluster, readPassword } from './cluster-files.ts';
import { findPostmaster, type Postmaster, removeStalePid } from './postmaster.ts';

const database = 'storyteller';
/** Held for as long as one Storyteller uses the cluster; the number only has to be ours. */
const instanceLock = 7_305_804_399;
const startTimeoutMs = 60_000;

export interface EmbeddedPostgres {
  /** postgres://…, on 127.0.0.1 and a port of its own choosing. */
  url: string;
  stop(): Promise<void>;
}

/**
 * Runs a PostgreSQL of our own on `dataDir`, making its files at the first start. A server that a killed Storyteller
 * left behind is taken over; one that dies is started again on the same port. With `join`, a server that another
 * Storyteller runs is used beside it, and left alone at the end.
 * @throws when another Storyteller uses `dataDir`, or PostgreSQL can't start, with a sentence that says what to do
 */
export async function startEmbeddedPostgres(
  dataDir: string,
  logger: Logger,
  { join: mayJoin = false } = {},
): Promise<EmbeddedPostgres> {
  const clusterDir = join(resolve(dataDir), 'postgres');
  const binaries = await findBinaries();
  const account = await accountFor(clusterDir);
  await ensureCluster(resolve(dataDir), clusterDir, binaries, account);
  const password = await readPassword(clusterDir);
  const stopping = new AbortController();
  let recovery: Promise<void> | undefined;
  let lock: pg.Client | undefined;
  let server: Postmaster = await serve();

  /** The server, ours to use from now on: one that runs already, or a new one on `port`. */
  async function serve(port?: number): Promise<Postmaster> {
    const deadline = Date.now() + startTimeoutMs;
    for (;;) {
      const running = (await findPostmaster(clusterDir)) ?? (await launch(port ?? (await freePort())));
      const isGone = async () => stopping.signal.aborted || !(await findPostmaster(clusterDir));
      try {
        lock = await takeLock(running.port, password, isGone);
      } catch (error) {
        // One that was killed a moment ago may have looked alive; a new one takes its place.
        const mayTryAgain = !stopping.signal.aborted && Date.now() < deadline && (await isGone());
        if (mayTryAgain) continue;
        throw error;
      }
      if (!lock && !mayJoin)
        throw new Error(
          `Another Storyteller is running on ${dataDir}: stop it first, or set DATA_DIR to another folder.`,
        );
      lock?.once('end', () => {
        if (!stopping.signal.aborted) recovery = serveAgain();
      });
      return running;
    }
  }

  async function launch(port: number): Promise<Postmaster> {
    stopping.signal.throwIfAborted();
    await removeStalePid(clusterDir);
    const logPath = join(dataDir, 'postgres.log');
    const log = await open(logPath, 'w', 0o600);
    const options = ['-D', clusterDir, '-p', String(port), '-h', '127.0.0.1', '-k', ''];
    const { command, args, ids } = await commandAs(account, binaries.postgres, options, [clusterDir]);
    // Detached: Ctrl-C is for us, and we stop PostgreSQL once the stories are saved.
    const child = spawn(command, args, {
      ...ids,
      detached: true,
      env: { LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', log.fd, log.fd],
    });
    await Promise.race([once(child, 'spawn'), once(child, 'error').then(([error]) => Promise.reject(error))]);
    await log.close();
    child.unref();
    try {
      await waitUntilItAnswers(child, port, password, logPath);
    } catch (error) {
      // Of two that start at once, PostgreSQL itself lets one go on: the lock then says whose it is.
      const winner = stopping.signal.aborted ? undefined : await findPostmaster(clusterDir);
      if (winner) return winner;
      throw error;
    }
    return { pid: child.pid ?? 0, port };
  }

  async function serveAgain(): Promise<void> {
    logger.error('the embedded PostgreSQL went away; starting it again');
    for (let attempt = 1; !stopping.signal.aborted; attempt++) {
      try {
        server = await serve(server.port);
        logger.info('the embedded PostgreSQL is back');
        return;
      } catch (error) {
        if (stopping.signal.aborted) return;
        logger.error({ error }, 'the embedded PostgreSQL did not start');
        await delay(Math.min(attempt * 500, 5_000));
      }
    }
  }

  return {
    url: `postgres://${clusterUser}:${password}@127.0.0.1:${server.port}/${database}`,
    stop: async () => {
      stopping.abort();
      if (!lock) return;
      await shutDown();
      // One that was just being started again must not outlive this, nor take the next Storyteller's place.
      if (recovery) await recovery.then(shutDown);
    },
  };

  async function shutDown(): Promise<void> {
    await lock?.end().catch(() => undefined);
    const running = await findPostmaster(clusterDir);
    if (running) process.kill(running.pid, 'SIGINT');
    const deadline = Date.now() + 8_000;
    while ((await findPostmaster(clusterDir)) && Date.now() < deadline) await delay(20);
  }
}

function clientFor(port: number, password: string, name: string): pg.Client {
  const client = new pg.Client({ host: '127.0.0.1', port, user: clusterUser, password, database: name });
  client.on('error', () => undefined);
  return client;
}

async function waitUntilItAnswers(
  child: ChildProcess,
  port: number,
  password: string,
  logPath: string,
): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const client = clientFor(port, password, 'postgres');
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await client.end().catch(() => undefined);
      await delay(50);
    }
  }
  const lines = (await readFile(logPath, 'utf8')).trim().split('\n');
  const trouble = lines.filter((line) => /FATAL|PANIC|HINT/.test(line)).at(-1) ?? lines.at(-1);
  throw new Error(`The built-in PostgreSQL did not start: ${trouble} (all of it: ${logPath})`);
}

/**
 * A connection that holds the cluster for us: it is let go of by itself when this process dies. Undefined when another
 * Storyteller holds it.
 */
async function takeLock(
  port: number,
  password: string,
  isGone: () => Promise<boolean>,
): Promise<pg.Client | undefined> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    const admin = clientFor(port, password, 'postgres');
    try {
      await admin.connect();
      const { rowCount } = await admin.query('select from pg_database where datname = $1', [database]);
      if (!rowCount) await admin.query(`create database ${database}`);
      const { rows } = await admin.query('select pg_try_advisory_lock($1) as mine', [instanceLock]);
      if (rows[0]?.mine) return admin;
    } catch (error) {
      await admin.end().catch(() => undefined);
      if (Date.now() > deadline || (await isGone())) throw error;
      await delay(100);
      continue;
    }
    await admin.end();
    return undefined;
  }
}
