import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';

interface Surroundings {
  /** Where `/proc` and the cgroup mounts are found; another folder in tests. */
  root?: string;
  /** Cores that the scheduler may use: the affinity of the process. */
  affinity?: number;
}

/**
 * Whole cores that this process really has: the least of its affinity and the CPU quotas of its cgroup (v1 or v2) and
 * all cgroups above it; at least 1. A share of a core does not count: llama.cpp's threads wait for each other by
 * spinning, so a thread that is throttled holds up all others.
 */
export function availableCores({ root = '/', affinity = availableParallelism() }: Surroundings = {}): number {
  const quota = cgroupQuota(root);
  return Math.max(1, Math.floor(Math.min(affinity, quota)));
}

/** Cores' worth of CPU time that the cgroups allow, or Infinity. */
export function cgroupQuota(root = '/'): number {
  const mounts = cgroupMounts(read(join(root, 'proc/self/mountinfo')) ?? '');
  const memberships = (read(join(root, 'proc/self/cgroup')) ?? '').split('\n');
  let least = Number.POSITIVE_INFINITY;
  for (const line of memberships) {
    const [, controllers = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    const unified = controllers === '';
    if (!unified && !controllers.split(',').includes('cpu')) continue;
    const mount = mounts.find((each) => (unified ? each.unified : each.controllers.includes('cpu')));
    if (!mount) continue;
    const quotaOf = unified ? quotaV2 : quotaV1;
    for (const folder of upwards(mount.point, inside(path, mount.root)))
      least = Math.min(least, quotaOf(join(root, folder)));
  }
  return least;
}

interface CgroupMount {
  /** The cgroup that the mount point shows. */
  root: string;
  point: string;
  unified: boolean;
  controllers: string[];
}

/** The format is that of proc(5): `ID PARENT DEV ROOT POINT OPTIONS [FIELDS…] - TYPE SOURCE SUPER-OPTIONS`. */
function cgroupMounts(mountinfo: string): CgroupMount[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [type = '', , options = ''] = after.split(' ');
    if (!type.startsWith('cgroup')) return [];
    const [, , , root = '/', point = ''] = before.split(' ');
    return [{ root, point, unified: type === 'cgroup2', controllers: options.split(',') }];
  });
}

/** The cgroup's path below the mount; in a container the mount often shows the cgroup itself. */
function inside(path: string, mountRoot: string): string {
  if (mountRoot === '/') return path;
  return path.startsWith(mountRoot) ? path.slice(mountRoot.length) : '/';
}

function upwards(point: string, path: string): string[] {
  const folders: string[] = [];
  for (let at = path.startsWith('/') ? path : `/${path}`; ; at = dirname(at)) {
    folders.push(join(point, at));
    if (at === '/') return folders;
  }
}

/** `max 100000` or `150000 100000`. */
function quotaV2(folder: string): number {
  const [quota, period] = (read(join(folder, 'cpu.max')) ?? '').trim().split(' ');
  return ratio(quota, period);
}

function quotaV1(folder: string): number {
  return ratio(read(join(folder, 'cpu.cfs_quota_us')), read(join(folder, 'cpu.cfs_period_us')));
}

function ratio(quota: string | undefined, period: string | undefined): number {
  const cores = Number.parseInt(quota ?? '', 10) / Number.parseInt(period ?? '', 10);
  return cores > 0 ? cores : Number.POSITIVE_INFINITY;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
