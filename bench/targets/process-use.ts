import { readFileSync } from 'node:fs';

/** Ticks of CPU time a second, as Linux tells them. */
const ticksPerSecond = 100;

interface Use {
  cpuSeconds: number;
  rssMb: number;
}

/** What a process has used so far; not a number where there is no `/proc`. */
export function processUse(pid: number | undefined): Use {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [user, system] = [Number(fields[11]), Number(fields[12])];
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
    return { cpuSeconds: (user + system) / ticksPerSecond, rssMb: kilobytes / 1024 };
  } catch {
    return { cpuSeconds: Number.NaN, rssMb: Number.NaN };
  }
}
