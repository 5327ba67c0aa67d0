import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { seedHistory } from '../../bench/seed-history.ts';
import { makeTexts } from '../../bench/seed-texts.ts';
import { useDatabase } from '../../test/support/database.ts';
import { useFolder } from '../../test/support/folder.ts';
import { packageRoot } from '../ops/paths.ts';
import { dump } from './dump.ts';
import { restore } from './restore.ts';
import { verifyDump } from './verify.ts';

const folder = useFolder();
const origin = useDatabase();
const target = useDatabase();
const turns = 3_000;

/** Runs a piece of the built program that stands still in its middle, and kills it there. */
async function killInTheMiddle(url: string, work: string): Promise<void> {
  const built = (path: string) => JSON.stringify(pathToFileURL(join(packageRoot, 'dist', path)).href);
  const script = join(folder, `${Math.random()}.mjs`);
  writeFileSync(
    script,
    `import { writeSync } from 'node:fs';
     import { dump } from ${built('src/export/dump.js')};
     import { restore } from ${built('src/export/restore.js')};
     import { connect } from ${built('src/storage/connection.js')};
     const db = connect(${JSON.stringify(url)}, { warn() {} });
     const standStill = (turns) => {
       if (turns < 1000) return;
       writeSync(1, 'half');
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
     };
     ${work}`,
  );
  const child: ChildProcess = spawn(process.execPath, [script], {
    cwd: packageRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await once(child.stdout!, 'data');
  expect(String(said)).toContain('half');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
}

it('leaves the previous dump whole when a dump is killed, and the next one cleans up', async () => {
  await seedHistory(origin.db, turns, makeTexts(50), () => undefined);
  const whole = await dump({ db: origin.db, folder, keep: 5, takenAt: new Date('2026-01-01T00:00:00Z') });
  const work = `await dump({ db, folder: ${JSON.stringify(folder)}, keep: 5, takenAt: new Date('2026-01-02T00:00:00Z'), onTurns: standStill });`;
  await killInTheMiddle(origin.url, work);
  const left = readdirSync(folder).filter((name) => name.includes('jsonl'));
  expect(left.filter((name) => name.endsWith('.gz'))).toEqual(['storyteller-20260101T000000Z.jsonl.gz']);
  expect(left.some((name) => name.endsWith('.tmp'))).toBe(true);
  expect(await verifyDump(whole!)).toMatchObject({ turns });
  const next = await dump({ db: origin.db, folder, keep: 5, takenAt: new Date('2026-01-03T00:00:00Z') });
  expect(await verifyDump(next!)).toMatchObject({ turns });
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

it('leaves the database as it was when a restore is killed, and the next one succeeds', async () => {
  const path = join(folder, 'storyteller-20260101T000000Z.jsonl.gz');
  await killInTheMiddle(
    target.url,
    `await restore({ db, paths: [${JSON.stringify(path)}], merge: false, onTurns: standStill });`,
  );
  const { count } = await target.db
    .selectFrom('turns')
    .select((eb) => eb.fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  expect(Number(count)).toBe(0);
  expect(await restore({ db: target.db, paths: [path], merge: false })).toMatchObject({ turns });
});
