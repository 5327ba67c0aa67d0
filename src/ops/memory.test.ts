import { totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { megabytes, memoryLimit } from './memory.ts';

const GB = 1024 ** 3;

describe('memoryLimit', () => {
  it.each([
    ['the machine’s memory without a limit', 8 * GB, 0, 8 * GB],
    ['the machine’s memory when the limit means none', 8 * GB, 2 ** 64, 8 * GB],
    ['the container’s limit', 8 * GB, 2 * GB, 2 * GB],
  ])('is %s', (_name, machine, constrained, expected) => {
    expect(memoryLimit(machine, constrained)).toBe(expected);
  });

  it('is never more than the machine has', () => {
    expect(memoryLimit()).toBeLessThanOrEqual(totalmem());
    expect(memoryLimit()).toBeGreaterThan(0);
  });

  it('is shown in megabytes', () => {
    expect(megabytes(1.5 * GB)).toBe('1536 MB');
  });
});
