import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { availableCores, cgroupQuota } from './cores.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A file system with just these files. */
function machine(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'cores-'));
  folders.push(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

const v2Mount = '29 23 0:26 / /sys/fs/cgroup rw,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate\n';
const v1Mounts =
  '31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n' +
  '32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct\n' +
  '33 31 0:30 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n';

describe('availableCores', () => {
  it('is the affinity where there is no cgroup at all', () => {
    expect(availableCores({ root: machine({}), affinity: 6 })).toBe(6);
    expect(cgroupQuota(machine({}))).toBe(Number.POSITIVE_INFINITY);
  });

  it('obeys a quota of cgroup v2, in whole cores', () => {
    const root = machine({
      'proc/self/mountinfo': v2Mount,
      'proc/self/cgroup': '0::/app.slice/bot.service\n',
      'sys/fs/cgroup/app.slice/bot.service/cpu.max': '250000 100000\n',
    });
    expect(availableCores({ root, affinity: 8 })).toBe(2);
    expect(availableCores({ root, affinity: 1 })).toBe(1);
  });

  it('obeys the tightest quota on the way up', () => {
    const root = machine({
      'proc/self/mountinfo': v2Mount,
      'proc/self/cgroup': '0::/app.slice/bot.service\n',
      'sys/fs/cgroup/app.slice/cpu.max': '100000 100000\n',
      'sys/fs/cgroup/app.slice/bot.service/cpu.max': 'max 100000\n',
    });
    expect(availableCores({ root, affinity: 8 })).toBe(1);
  });

  it('is never less than one core', () => {
    const root = machine({
      'proc/self/mountinfo': v2Mount,
      'proc/self/cgroup': '0::/\n',
      'sys/fs/cgroup/cpu.max': '50000 100000\n',
    });
    expect(availableCores({ root, affinity: 8 })).toBe(1);
  });

  it('obeys a quota of cgroup v1', () => {
    const files = {
      'proc/self/mountinfo': v1Mounts,
      'proc/self/cgroup': '4:memory:/other\n1:cpu,cpuacct:/docker/abc\n0::/\n',
      'sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_quota_us': '300000\n',
      'sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_period_us': '100000\n',
    };
    expect(availableCores({ root: machine(files), affinity: 8 })).toBe(3);
    const unlimited = { ...files, 'sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_quota_us': '-1\n' };
    expect(availableCores({ root: machine(unlimited), affinity: 8 })).toBe(8);
  });

  it('finds the quota in a container that sees only its own cgroup', () => {
    const root = machine({
      'proc/self/mountinfo': '40 30 0:29 /docker/abc /sys/fs/cgroup/cpu ro,relatime - cgroup cgroup rw,cpu\n',
      'proc/self/cgroup': '1:cpu:/docker/abc\n',
      'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '200000\n',
      'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    });
    expect(availableCores({ root, affinity: 8 })).toBe(2);
  });
});
