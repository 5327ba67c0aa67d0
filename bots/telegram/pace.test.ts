import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/clock.ts';
import { Pace } from './pace.ts';

const group = -100;

describe('the pace of a group', () => {
  it('lets fewer than 20 calls through in any minute, whoever asks', async () => {
    const clock = new FakeClock();
    const pace = new Pace(clock);
    const times: number[] = [];
    for (let at = 0; at < 300_000; at += 100) {
      if (pace.take('group', group, `owner ${at % 7}`) === 0) times.push(at);
      await clock.advance(100);
    }
    for (const start of times) {
      expect(times.filter((at) => at >= start && at < start + 60_000).length).toBeLessThan(20);
    }
    expect(times.length).toBeGreaterThan(80);
  });

  it('gives each its turn, first come first served', async () => {
    const clock = new FakeClock();
    const pace = new Pace(clock);
    for (let n = 0; n < 3; n++) expect(pace.take('group', group, 'busy')).toBe(0);
    const waits = ['a', 'b', 'c'].map((owner) => pace.take('group', group, owner));
    expect(waits).toEqual([3600, 7200, 10_800]);
    await clock.advance(3600);
    // Whoever comes later does not get in front, however often they ask.
    for (let n = 0; n < 5; n++) expect(pace.take('group', group, 'pushy')).toBeGreaterThan(0);
    expect(pace.take('group', group, 'a')).toBe(0);
    await clock.advance(3600);
    expect(pace.take('group', group, 'c')).toBeGreaterThan(0);
    expect(pace.take('group', group, 'b')).toBe(0);
  });

  it('gives away the place of an owner that never came back', async () => {
    const clock = new FakeClock();
    const pace = new Pace(clock);
    for (let n = 0; n < 3; n++) pace.take('group', group, 'busy');
    pace.take('group', group, 'gone');
    await clock.advance(20_000);
    expect(pace.take('group', group, 'later')).toBe(0);
  });

  it('waits as long as Telegram asks, and touches no other chat', async () => {
    const clock = new FakeClock();
    const pace = new Pace(clock);
    pace.block('group', group, 30_000);
    expect(pace.take('group', group, 'a')).toBe(30_000);
    expect(pace.take('group', -200, 'a')).toBe(0);
    expect(pace.take('private', 5, 'a')).toBe(0);
    await clock.advance(30_000);
    expect(pace.take('group', group, 'a')).toBe(0);
  });
});
