import { vi } from 'vitest';

/** What `check` gives once it no longer throws, with patience for a busy machine. */
export const soon = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 120_000, interval: 20 });
