import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A PostgreSQL server that runs on a cluster. */
export interface Postmaster {
  pid: number;
  port: number;
}

/** The server that runs on `clusterDir`, from its own `postmaster.pid`; undefined when none does. */
export async function findPostmaster(clusterDir: string): Promise<Postmaster | undefined> {
  const { pid, port } = await readPid(clusterDir);
  return pid && port && (await isPostgres(pid)) ? { pid, port } : undefined;
}

/**
 * Removes a `postmaster.pid` whose number some other program has by now, as after a container's restart: PostgreSQL
 * would take it for another server and not start. Any other leftover it sees through by itself.
 */
export async function removeStalePid(clusterDir: string): Promise<void> {
  const { pid } = await readPid(clusterDir);
  if (pid && isAlive(pid) && !(await isPostgres(pid))) await rm(pidFile(clusterDir), { force: true });
}

const pidFile = (clusterDir: string) => join(clusterDir, 'postmaster.pid');

async function readPid(clusterDir: string): Promise<{ pid: number; port: number }> {
  const text = await readFile(pidFile(clusterDir), 'utf8').catch(() => '');
  const lines = text.split('\n');
  return { pid: Number(lines[0] ?? 0), port: Number(lines[3] ?? 0) };
}

/** After an unclean shutdown the number may be some other program's by now, or a dead one's that nobody has reaped. */
async function isPostgres(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return isAlive(pid);
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return /^\d+ \(postgres\) [^ZX]/.test(stat);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
