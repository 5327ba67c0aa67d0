import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { useFolder } from '../../test/support/folder.ts';
import { soon } from '../../test/support/soon.ts';
import { packageRoot } from '../ops/paths.ts';
import { findPostmaster } from '../storage/embedded/postmaster.ts';

const folder = useFolder();
const dataDir = join(folder, 'data');
const cluster = join(dataDir, 'postgres');

/** Another process that opens the database of `dataDir`, says so, and goes on until it is told to end. */
function openElsewhere(how: { join: boolean }): ChildProcess {
  const built = (path: string) => JSON.stringify(pathToFileURL(join(packageRoot, 'dist/src', path)).href);
  const script = join(folder, 'elsewhere.mjs');
  writeFileSync(
    script,
    `import { openDatabase } from ${built('cli/database.js')};
     import { Shutdown } from ${built('ops/shutdown.js')};
     const logger = { info() {}, warn() {}, error() {} };
     const shutdown = new Shutdown(logger);
     if (!${how.join}) shutdown.onSignal();
     await openDatabase({ dataDir: ${JSON.stringify(dataDir)} }, logger, shutdown, ${JSON.stringify(how)});
     process.stdout.write('open');
     setInterval(() => {}, 1000);`,
  );
  return spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
}

it('takes its PostgreSQL along when a command is told to end in its middle', async () => {
  const child = openElsewhere({ join: true });
  await once(child.stdout!, 'data');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
  expect(await findPostmaster(cluster)).toBeUndefined();
});

it('takes its PostgreSQL along when it is told to end while that is just starting', async () => {
  const child = openElsewhere({ join: false });
  await soon(() => expect(existsSync(join(cluster, 'postmaster.pid'))).toBe(true));
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(await findPostmaster(cluster)).toBeUndefined();
});
