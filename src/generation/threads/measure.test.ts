import { describe, expect, it } from 'vitest';
import { measureThreads } from './measure.ts';

/** Measures on a machine where a decode takes what `cost` says. */
async function measure(
  ladder: number[],
  batches: number[],
  cost: (threads: number, batch: number) => number,
) {
  let time = 0;
  const results = await measureThreads(
    ladder,
    batches,
    async (threads, batch) => {
      time += cost(threads, batch);
      return cost(threads, batch);
    },
    () => time,
  );
  return { best: results.map((result) => result.best), time };
}

describe('measureThreads', () => {
  it('chooses for one stream and for many by themselves', async () => {
    const { best } = await measure([1, 2, 4], [1, 8], (threads, batch) =>
      batch === 1 ? 5 + threads : 40 / threads,
    );
    expect(best).toEqual([1, 4]);
  });

  it('takes more threads only when they are worth it', async () => {
    expect((await measure([1, 2], [1], (threads) => (threads === 1 ? 10 : 9))).best).toEqual([1]);
    expect((await measure([1, 2], [1], (threads) => (threads === 1 ? 10 : 7))).best).toEqual([2]);
  });

  it('ends in time on a collapsed machine and with a slow model', async () => {
    const collapsed = await measure([1, 2], [1, 8], (threads) => (threads === 1 ? 10 : 370));
    expect(collapsed.best).toEqual([1, 1]);
    expect(collapsed.time).toBeLessThan(2_000);
    const slow = await measure([1, 2, 4, 8], [1, 8], () => 400);
    expect(slow.time).toBeLessThan(4_000);
  });
});
