import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Whom PostgreSQL runs as: it refuses to run as root. */
export interface Account {
  uid: number;
  gid: number;
}

/**
 * As root: the owner of an existing cluster, else the machine's `postgres`, else `nobody` (which every machine has).
 * As anybody else: undefined, and PostgreSQL runs as that person.
 */
export async function accountFor(clusterDir: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(clusterDir).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (!user)
    throw new Error(
      'PostgreSQL can’t run as root: start Storyteller as an ordinary user, or set DATABASE_URL.',
    );
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

/** How to start `program` as `account`: a command line, and what spawn needs to be told. */
export async function commandAs(
  account: Account | undefined,
  program: string,
  args: string[],
  folders: string[],
): Promise<{ command: string; args: string[]; ids: Partial<Account> }> {
  if (!account) return { command: program, args, ids: {} };
  const reachable = (await Promise.all([program, ...folders].map(isOpenToAll))).every(Boolean);
  if (reachable || process.platform !== 'linux') return { command: program, args, ids: account };
  // In a folder that only root may enter, such as /root. The one capability lets that account pass the doors; without
  // no_setuid_fixup, access(2) would ignore it, and PostgreSQL would not find itself.
  const capability = '-all,+dac_override';
  const setpriv = [
    `--reuid=${account.uid}`,
    `--regid=${account.gid}`,
    '--clear-groups',
    `--inh-caps=${capability}`,
    `--ambient-caps=${capability}`,
    `--bounding-set=${capability}`,
    '--securebits=+no_setuid_fixup',
  ];
  return { command: 'setpriv', args: [...setpriv, '--', program, ...args], ids: {} };
}

/** True when everybody may pass through every folder above `path`. */
async function isOpenToAll(path: string): Promise<boolean> {
  const parent = dirname(path);
  if (parent === path) return true;
  const { mode } = await stat(parent);
  return (mode & 0o001) !== 0 && isOpenToAll(parent);
}
