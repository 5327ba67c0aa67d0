import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, expect, it } from 'vitest';
import { soon } from '../../../test/support/soon.ts';
import { packageRoot } from '../../ops/paths.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { findPostmaster } from './postmaster.ts';

const logger = pino({ level: 'silent' });
// As in /root: a folder that nobody else may enter.
const folder = mkdtempSync(join(tmpdir(), 'storyteller-embedded-'));
chmodSync(folder, 0o700);
const dataDir = join(folder, 'data');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function query(url: string, statement: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Another process that starts PostgreSQL on `dataDir`, says so, and waits to be killed. */
async function startElsewhere() {
  const script = join(folder, 'elsewhere.mjs');
  const module = join(packageRoot, 'dist/src/storage/embedded/embedded-postgres.js');
  writeFileSync(
    script,
    `import { startEmbeddedPostgres } from ${JSON.stringify(module)};
     const logger = { info() {}, error() {} };
     const { url } = await startEmbeddedPostgres(${JSON.stringify(dataDir)}, logger);
     process.stdout.write(url);
     setInterval(() => {}, 1000);`,
  );
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [url] = await once(child.stdout, 'data');
  return { url: String(url), child };
}

it('keeps its data from start to start, through kill -9 of Storyteller and of PostgreSQL itself', async () => {
  const first = await startEmbeddedPostgres(dataDir, logger);
  await query(first.url, 'create table kept (word text)');
  await query(first.url, `insert into kept values ('once')`);
  await first.stop();
  expect(await findPostmaster(join(dataDir, 'postgres'))).toBeUndefined();

  const { url, child } = await startElsewhere();
  await query(url, `insert into kept values ('upon')`);
  child.kill('SIGKILL');
  await once(child, 'exit');

  const second = await startEmbeddedPostgres(dataDir, logger);
  expect(second.url).toBe(url);
  await query(second.url, `insert into kept values ('a')`);
  const server = await findPostmaster(join(dataDir, 'postgres'));
  process.kill(server!.pid, 'SIGKILL');

  const { rows } = await soon(() => query(second.url, 'select word from kept'));
  expect(rows.map(({ word }) => word)).toEqual(['once', 'upon', 'a']);
  await second.stop();
});

it('removes what a start that was killed left half made', async () => {
  const half = join(dataDir, 'postgres.new-killed');
  mkdirSync(half);
  utimesSync(half, new Date(0), new Date(0));
  await (await startEmbeddedPostgres(dataDir, logger)).stop();
  expect(existsSync(half)).toBe(false);
});

it('gives a second start on the same folder a clear error, and does no damage', async () => {
  const first = await startEmbeddedPostgres(dataDir, logger);
  await expect(startEmbeddedPostgres(dataDir, logger)).rejects.toThrow(
    /Another Storyteller is running on .*DATA_DIR/,
  );
  expect((await query(first.url, 'select count(*)::int as n from kept')).rows[0].n).toBe(3);
  await first.stop();
});

it('lets one of two first starts at the same moment win', async () => {
  const fresh = join(folder, 'fresh');
  const starts = await Promise.allSettled([
    startEmbeddedPostgres(fresh, logger),
    startEmbeddedPostgres(fresh, logger),
  ]);
  const running = starts.filter((start) => start.status === 'fulfilled');
  expect(running).toHaveLength(1);
  expect(starts.find((start) => start.status === 'rejected')?.reason.message).toMatch(/Another Storyteller/);
  await running[0]?.value.stop();
});

it('sees through the process number of another program', async () => {
  const cluster = join(dataDir, 'postgres');
  writeFileSync(join(cluster, 'postmaster.pid'), `${process.pid}\n${cluster}\n0\n5432\n`);
  const postgres = await startEmbeddedPostgres(dataDir, logger);
  expect((await query(postgres.url, 'select 1 as one')).rows[0].one).toBe(1);
  await postgres.stop();
});

it.skipIf(process.platform !== 'linux')('starts anew beside a server that is just dying', async () => {
  const cluster = join(dataDir, 'postgres');
  // Anything by that name will do: it holds the place, answers nobody, and ends.
  const dying = join(folder, 'postgres');
  copyFileSync('/bin/sleep', dying);
  const { pid } = spawn(dying, ['1'], { stdio: 'ignore' });
  writeFileSync(join(cluster, 'postmaster.pid'), `${pid}\n${cluster}\n0\n1\n`);
  const postgres = await startEmbeddedPostgres(dataDir, logger);
  expect((await query(postgres.url, 'select count(*)::int as n from kept')).rows[0].n).toBe(3);
  await postgres.stop();
});
