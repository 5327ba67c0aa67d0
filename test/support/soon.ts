import { vi } from 'vitest';

/** What a busy machine may take. */
export const patienceMs = 120_000;

/** What `check` gives once it no longer throws, with patience for a busy machine. */
export const soon = <T>(check: () => T | Promise<T>, timeout = patienceMs): Promise<T> =>
  vi.waitFor(check, { timeout, interval: 20 });
