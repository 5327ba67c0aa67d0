import { describe, expect, it } from 'vitest';
import { TurnTimes } from './estimate.ts';

describe('TurnTimes', () => {
  it('promises nothing before it knows anything', () => {
    expect(new TurnTimes().waits(2, [500], 1)).toEqual([undefined, undefined]);
  });

  it('counts what is left of the turns in progress, and a whole turn for each before', () => {
    const times = new TurnTimes();
    times.ended(10_000);
    expect(times.waits(3, [4_000], 1)).toEqual([6, 16, 26]);
    expect(times.waits(4, [4_000, 9_000], 2)).toEqual([1, 6, 11, 16]);
  });

  it('never promises the past, when a turn takes longer than usual', () => {
    const times = new TurnTimes();
    times.ended(1_000);
    expect(times.waits(1, [60_000], 1)).toEqual([0]);
  });

  it('follows the times that are measured', () => {
    const times = new TurnTimes();
    times.ended(10_000);
    for (let count = 0; count < 50; count++) times.ended(2_000);
    expect(times.waits(2, [0], 1)).toEqual([3, 5]);
  });
});
