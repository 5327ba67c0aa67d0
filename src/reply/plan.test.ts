import { describe, expect, it } from 'vitest';
import type { CallResult } from './call-result.ts';
import { type Call, deliverWithinMs, type Goal, nextStep, type PartContent, type PlanState } from './plan.ts';
import { afterCall, initialState, pauseAfterFaults } from './progress.ts';

const part = (text: string, index = 0): PartContent => ({ index, text, buttons: [], phase: 'writing' });
const goal = (parts: PartContent[], deadline?: number): Goal => ({ parts, deadline });
const post = (text: string): Call => ({ kind: 'post', index: 0, part: part(text) });
const edit = (text: string): Call => ({ kind: 'edit', index: 0, ref: 7, part: part(text) });

/** The state after calls that ended so, each at its time. */
function stateAfter(...calls: [call: Call, result: CallResult, now: number][]): PlanState {
  return calls.reduce(
    (state, [call, result, now]) =>
      afterCall(state, call, result, { now, minEditIntervalMs: 1_000, jitter: 0 }),
    initialState(0, undefined),
  );
}
const posted = [post('one'), { kind: 'ok', ref: 7 }, 100] as const;
const saved = [{ kind: 'save' }, { kind: 'ok' }, 150] as const;

describe('nextStep', () => {
  it('posts the first text at once, and saves the reference before all else', () => {
    expect(nextStep(stateAfter(), goal([part('one')]), 0)).toEqual(post('one'));
    expect(nextStep(stateAfter([...posted]), goal([part('one two')]), 5_000)).toEqual({ kind: 'save' });
  });

  it('waits for the pace of edits, which a newer text does not end', () => {
    const state = stateAfter([...posted], [...saved]);
    expect(nextStep(state, goal([part('one two')]), 600)).toEqual({ kind: 'wait', ms: 500, forNews: false });
    expect(nextStep(state, goal([part('one two')]), 1_100)).toEqual(edit('one two'));
  });

  it('waits for news when all is shown', () => {
    const state = stateAfter([...posted], [...saved]);
    expect(nextStep(state, goal([part('one')]), 9_000)).toEqual({
      kind: 'wait',
      ms: Infinity,
      forNews: true,
    });
    expect(nextStep(state, goal([part('one')], 99_000), 9_000)).toEqual({
      kind: 'end',
      outcome: 'delivered',
    });
  });

  it('sends an edit again whose fate is not known, even if it would change nothing', () => {
    const state = stateAfter([...posted], [...saved], [edit('one two'), { kind: 'fault' }, 2_000]);
    expect(nextStep(state, goal([part('one')]), 3_000)).toEqual(edit('one'));
  });

  it('obeys the platform’s pause, and gives up when that ends after the deadline', () => {
    const limited = { kind: 'rateLimited', retryAfterMs: 60_000 } as const;
    const state = stateAfter([...posted], [...saved], [edit('one two'), limited, 2_000]);
    const parts = [part('one two three')];
    expect(nextStep(state, goal(parts), 2_000)).toEqual({ kind: 'wait', ms: 60_000, forNews: false });
    expect(nextStep(state, goal(parts, 61_999), 2_000)).toEqual({ kind: 'end', outcome: 'undeliverable' });
    expect(nextStep(state, goal(parts, 62_000), 62_000)).toEqual(edit('one two three'));
  });

  it('saves again before it posts a further message', () => {
    const state = stateAfter([...posted], [...saved]);
    const parts = [part('one'), part('two', 1)];
    expect(nextStep(state, goal(parts), 2_000)).toEqual({ kind: 'save' });
    const announced = stateAfter([...posted], [...saved], [{ kind: 'save' }, { kind: 'ok' }, 2_000]);
    expect(nextStep(announced, goal(parts), 2_000)).toEqual({ kind: 'post', index: 1, part: parts[1] });
  });

  it('posts at once what the last edit took out of the message before', () => {
    const whole: PartContent = { ...part('one'), phase: 'done' };
    const finish: Call = { kind: 'edit', index: 0, ref: 7, part: whole };
    const parts = [whole, part('two', 1)];
    const next: Call = { kind: 'post', index: 1, part: part('two', 1) };
    const state = stateAfter([...posted], [...saved], [finish, { kind: 'ok' }, 2_000], [...saved]);
    expect(nextStep(state, goal(parts), 2_010)).toEqual(next);
    const failed = afterCall(
      state,
      next,
      { kind: 'fault' },
      { now: 2_100, minEditIntervalMs: 1_000, jitter: 0 },
    );
    expect(nextStep(failed, goal(parts), 2_100)).toEqual({ kind: 'wait', ms: 1_000, forNews: false });
  });
});

describe('pauseAfterFaults', () => {
  it('doubles from half a second to 15 s, less up to a half at random', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 20].map((faults) => pauseAfterFaults(faults, 0));
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
    expect(pauseAfterFaults(6, 1)).toBe(7_500);
  });

  it('leaves room for forty tries before the deadline', () => {
    const pauses = Array.from({ length: 40 }, (_, at) => pauseAfterFaults(at + 1, 0));
    expect(pauses.reduce((sum, pause) => sum + pause)).toBeLessThan(deliverWithinMs);
  });
});
