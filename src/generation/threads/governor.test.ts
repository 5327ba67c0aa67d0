import { describe, expect, it } from 'vitest';
import { type ThreadChange, ThreadGovernor, threadLadder } from './governor.ts';

/** A machine whose passes take the time that `cost` says for so many threads. */
class Machine {
  now = 0;
  passes = 0;
  readonly changes: ThreadChange[] = [];
  readonly used = new Map<number, number>();
  cost: (threads: number, batch: number) => number;
  private readonly governor: ThreadGovernor;
  private readonly cores: number;

  constructor(cores: number, start: number, cost: (threads: number, batch: number) => number) {
    this.cores = cores;
    this.cost = cost;
    this.governor = new ThreadGovernor(
      threadLadder(cores),
      () => start,
      (change) => this.changes.push(change),
    );
  }

  /** What is used most for batches of this size. */
  usualThreads(batch: number): number {
    this.used.clear();
    this.run(1_000, batch);
    return [...this.used].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
  }

  /** Runs for so long and gives the share of time that was lost against the best thread count. */
  run(ms: number, batch = 1): number {
    const end = this.now + ms;
    let ideal = 0;
    const before = this.now;
    while (this.now < end) {
      const threads = this.governor.threadsFor(batch);
      const took = this.cost(threads, batch);
      this.now += took;
      this.governor.passed(batch, took);
      this.used.set(threads, (this.used.get(threads) ?? 0) + 1);
      ideal += Math.min(...threadLadder(this.cores).map((each) => this.cost(each, batch)));
    }
    return 1 - ideal / (this.now - before);
  }
}

describe('threadLadder', () => {
  it('goes up in powers of two to all cores', () => {
    expect([1, 2, 3, 4, 6].map(threadLadder)).toEqual([[1], [1, 2], [1, 2, 3], [1, 2, 4], [1, 2, 4, 6]]);
  });
});

describe('ThreadGovernor', () => {
  const idle = (threads: number) => 8 / threads;
  const busy = (threads: number) => (threads === 1 ? 10 : 370);

  it('knows a collapse by the first passes, and steps down for batches of every size', () => {
    const changes: ThreadChange[] = [];
    const measured = (batch: number, threads: number) => (8 * batch) / threads;
    const governor = new ThreadGovernor(
      [1, 2],
      () => 2,
      (change) => changes.push(change),
      measured,
    );
    for (const batch of [4, 100]) expect(governor.threadsFor(batch)).toBe(2);
    for (let pass = 0; pass < 2; pass++) governor.passed(4, 370);
    expect([1, 4, 8, 100].map((batch) => governor.threadsFor(batch))).toEqual([1, 1, 1, 1]);
    expect(changes).toMatchObject([{ from: 2, to: 1, why: 'collapsed' }]);
  });

  it('keeps what is best while nothing changes', () => {
    const machine = new Machine(2, 2, idle);
    expect(machine.run(60_000)).toBeLessThan(0.02);
    expect(machine.changes).toEqual([]);
  });

  it('steps down within a few passes when the spin barriers collapse', () => {
    const machine = new Machine(2, 2, idle);
    machine.run(1_000);
    machine.cost = busy;
    machine.run(1_500);
    expect(machine.changes).toMatchObject([{ from: 2, to: 1, why: 'collapsed' }]);
  });

  it('loses little to trying again while the neighbour stays busy', () => {
    const machine = new Machine(2, 2, idle);
    machine.run(1_000);
    machine.cost = busy;
    machine.run(2_000);
    expect(machine.run(120_000)).toBeLessThan(0.05);
  });

  it('loses little in short bursts with long pauses between them', () => {
    const machine = new Machine(2, 2, idle);
    machine.run(1_000);
    machine.cost = busy;
    machine.run(2_000);
    let lost = 0;
    for (let burst = 0; burst < 100; burst++) {
      machine.now += 60_000;
      lost += machine.run(300) / 100;
    }
    expect(lost).toBeLessThan(0.05);
  });

  it('goes back up when the neighbour is gone', () => {
    const machine = new Machine(2, 2, busy);
    machine.run(60_000);
    machine.cost = idle;
    machine.run(61_000);
    expect(machine.changes.at(-1)).toMatchObject({ to: 2, why: 'faster' });
  });

  it('goes down when fewer threads are just as fast', () => {
    const machine = new Machine(2, 2, (threads) => (threads === 1 ? 7 : 8));
    machine.run(30_000);
    expect(machine.changes).toMatchObject([{ from: 2, to: 1, why: 'faster' }]);
  });

  it('goes down when more threads are faster in most passes and slower in the mean', () => {
    const machine = new Machine(2, 2, (threads) => (threads === 1 ? 4 : machine.passes++ % 6 === 0 ? 12 : 3));
    machine.run(30_000);
    expect(machine.changes[0]).toMatchObject({ from: 2, to: 1, why: 'faster' });
    expect(machine.usualThreads(1)).toBe(1);
  });

  it('does not take a single hiccup for a collapse', () => {
    const machine = new Machine(2, 2, idle);
    machine.run(1_000);
    machine.cost = (threads) => (machine.passes++ === 0 ? 400 : idle(threads));
    machine.run(2_000);
    expect(machine.changes).toEqual([]);
  });

  it('learns for batches of each size by themselves', () => {
    const machine = new Machine(4, 1, (threads, batch) => (batch > 4 ? 40 / threads : 4 + threads));
    machine.run(120_000, 8);
    machine.run(120_000, 1);
    expect(machine.usualThreads(8)).toBe(4);
    expect(machine.usualThreads(1)).toBe(1);
  });
});
