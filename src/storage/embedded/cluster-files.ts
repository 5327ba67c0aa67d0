import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Account, commandAs } from './account.ts';
import type { Binaries } from './binaries.ts';

/** The one role of the embedded cluster, its owner. */
export const clusterUser = 'storyteller';

const passwordFile = (clusterDir: string) => join(clusterDir, 'storyteller-password');

export async function readPassword(clusterDir: string): Promise<string> {
  return (await readFile(passwordFile(clusterDir), 'utf8')).trim();
}

/**
 * Makes the cluster where there is none yet: beside its place, and then renamed, so that a kill in the middle leaves
 * nothing half made, and of two at once one wins and both use the winner's.
 */
export async function ensureCluster(
  dataDir: string,
  clusterDir: string,
  binaries: Binaries,
  account?: Account,
) {
  await mkdir(dataDir, { recursive: true });
  await removeLeftovers(dataDir);
  if (await stat(join(clusterDir, 'PG_VERSION')).catch(() => undefined)) return;
  const newDir = await mkdtemp(join(dataDir, leftoverPrefix));
  try {
    if (account) await chown(newDir, account.uid, account.gid);
    const secretDir = await mkdtemp(join(dataDir, leftoverPrefix));
    const secret = passwordFile(secretDir);
    await writeFile(secret, randomBytes(24).toString('hex'), { mode: 0o600 });
    for (const path of account ? [secretDir, secret] : [])
      await chown(path, account?.uid ?? 0, account?.gid ?? 0);
    const options = [
      '-U',
      clusterUser,
      '-A',
      'scram-sha-256',
      `--pwfile=${secret}`,
      '-E',
      'UTF8',
      '--locale=C',
    ];
    await run(await commandAs(account, binaries.initdb, ['-D', newDir, ...options], [newDir]));
    await rename(secret, passwordFile(newDir));
    await rm(secretDir, { recursive: true });
    await rename(newDir, clusterDir);
  } catch (error) {
    const wonByAnother = ['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '');
    if (!wonByAnother) throw error;
  } finally {
    await rm(newDir, { recursive: true, force: true });
  }
}

const leftoverPrefix = 'postgres.new-';
const leftoverAgeMs = 10 * 60_000;

async function removeLeftovers(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (!name.startsWith(leftoverPrefix)) continue;
    const path = join(dataDir, name);
    // Another start may have just given one its name.
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > leftoverAgeMs) await rm(path, { recursive: true, force: true });
  }
}

function run({ command, args, ids }: Awaited<ReturnType<typeof commandAs>>): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...ids,
      env: { LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let trouble = '';
    child.stderr.on('data', (chunk: Buffer) => {
      trouble += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`PostgreSQL could not make its files: ${trouble.trim()}`)),
    );
  });
}
