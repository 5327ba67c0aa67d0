import { totalmem } from 'node:os';

/**
 * Bytes of memory that this process may use: the machine's, or less where its container has a limit.
 * @param constrained the cgroup's limit as Node.js tells it: 0 or more than there is when it has none
 */
export function memoryLimit(machine = totalmem(), constrained = process.constrainedMemory()): number {
  return constrained > 0 ? Math.min(machine, constrained) : machine;
}

/** `1536 MB`, rounded up. */
export function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 ** 2)} MB`;
}
