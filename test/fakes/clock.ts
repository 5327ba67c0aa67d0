import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../src/ops/clock.ts';

type Sleeper = { due: number; wake: () => void };

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  private time: number;
  private sleepers: Sleeper[] = [];

  constructor(start = 1_800_000_000_000) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  /** How many sleeps are pending. */
  get sleeping(): number {
    return this.sleepers.length;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted || ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const sleeper: Sleeper = { due: this.time + ms, wake };
      const abort = () => {
        this.sleepers = this.sleepers.filter((other) => other !== sleeper);
        resolve();
      };
      function wake() {
        signal?.removeEventListener('abort', abort);
        resolve();
      }
      this.sleepers.push(sleeper);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** Moves time on by `ms`, waking each sleeper at its own moment and letting its work run in between. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (;;) {
      const next = this.sleepers.filter((s) => s.due <= end).sort((a, b) => a.due - b.due)[0];
      if (!next) break;
      this.sleepers = this.sleepers.filter((s) => s !== next);
      this.time = Math.max(this.time, next.due);
      next.wake();
      await settle();
    }
    this.time = end;
    await settle();
  }

  /** Runs until `signal` aborts: a second each time that the process has done what was due, and is let to sleep. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await delay(5);
      if (this.sleeping > 0 && !isDiskAsked()) await this.advance(1000);
    }
  }
}

/** Whether this process waits for the disk: how long that takes is the machine's affair, and no time of a test's. */
export const isDiskAsked = (): boolean =>
  process.getActiveResourcesInfo().some((resource) => resource.startsWith('FSReq'));

/** Lets pending microtasks and immediate I/O callbacks run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
