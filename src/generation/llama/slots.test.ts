import { describe, expect, it } from 'vitest';
import type { Native } from './native.ts';
import { Slots } from './slots.ts';

/** A context that only notes what is removed from its sequences. */
function context({ canGoBack = true } = {}) {
  const calls: string[] = [];
  const native = {
    removeTokenCellsFromSequence: (sequence: number, start: number) => {
      calls.push(`cut ${sequence} at ${start}`);
      return canGoBack;
    },
    disposeSequence: (sequence: number) => calls.push(`clear ${sequence}`),
  };
  return { calls, native: native as unknown as Native };
}

/** Writes a story on a slot: reads its prompt and adds some tokens. */
function tell(slots: Slots, story: string, tokens: number[], written: number[] = []) {
  const slot = slots.take(story, tokens);
  if (!slot) throw new Error('No slot is free');
  const cached = slot.held.length;
  slot.held.push(...tokens.slice(cached), ...written);
  slots.release(slot);
  return { sequence: slot.sequence, cached };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

describe('Slots', () => {
  it('reads only the new tokens when a story goes on', () => {
    const { native, calls } = context();
    const slots = new Slots(native, 2);
    const first = tell(slots, 'a', range(0, 100), range(100, 150));
    tell(slots, 'b', range(1000, 1050));
    const second = tell(slots, 'a', range(0, 160));
    expect(second).toEqual({ sequence: first.sequence, cached: 150 });
    expect(calls.filter((call) => call.startsWith('cut'))).toEqual([]);
  });

  it('goes back to the prompt for another version', () => {
    const { native, calls } = context();
    const slots = new Slots(native, 1);
    tell(slots, 'a', range(0, 100), range(100, 150));
    expect(tell(slots, 'a', range(0, 100)).cached).toBe(99);
    expect(calls).toEqual(['cut 0 at 99']);
  });

  it('gives a new story the slot that was used longest ago', () => {
    const slots = new Slots(context().native, 3);
    const sequences = ['a', 'b', 'c'].map((story, index) =>
      tell(slots, story, range(index * 1000, index * 1000 + 50)),
    );
    expect(new Set(sequences.map(({ sequence }) => sequence)).size).toBe(3);
    tell(slots, 'a', range(0, 60));
    expect(tell(slots, 'd', range(5000, 5050)).sequence).toBe(sequences[1]?.sequence);
    expect(tell(slots, 'a', range(0, 70)).cached).toBe(60);
  });

  it('finds a story under another name by its text, but not by its first token alone', () => {
    const slots = new Slots(context().native, 2);
    const first = tell(slots, 'a', range(0, 100));
    const other = tell(slots, 'b', [0, ...range(5000, 5050)]);
    expect(other.sequence).not.toBe(first.sequence);
    expect(tell(slots, 'c', range(0, 120))).toEqual({ sequence: first.sequence, cached: 100 });
  });

  it('leaves a story its slot though another begins alike, as behind the same instructions', () => {
    const slots = new Slots(context().native, 3);
    const instructions = range(0, 60);
    const begin = (story: string, at: number) =>
      tell(slots, story, [...instructions, ...range(at, at + 20)], range(at + 20, at + 200));
    const [a, b, c] = [begin('a', 1000), begin('b', 2000), begin('c', 3000)];
    expect(new Set([a.sequence, b.sequence, c.sequence]).size).toBe(3);
    // The fourth needs one of them, and has the instructions in any.
    expect(begin('d', 4000)).toEqual({ sequence: a.sequence, cached: 60 });
    expect(tell(slots, 'b', [...instructions, ...range(2000, 2210)]).cached).toBe(260);
  });

  it('puts new stories side by side, also when the slot that was used longest ago is the last', () => {
    const slots = new Slots(context().native, 8);
    for (let story = 0; story < 15; story++)
      tell(slots, `old ${story}`, range(story * 100, story * 100 + 50));
    const taken = ['a', 'b', 'c', 'd'].map((story) => slots.take(story, [story.length])?.sequence ?? -1);
    expect(Math.max(...taken) - Math.min(...taken)).toBe(3);
  });

  it('puts a new story beside one that is being written, though other slots have rested longer', () => {
    const slots = new Slots(context().native, 4);
    const told = ['a', 'b', 'c', 'd'].map((story, at) => tell(slots, story, range(at * 100, at * 100 + 50)));
    const writing = slots.take('d', range(300, 360));
    expect(writing?.sequence).toBe(told[3]?.sequence);
    expect(slots.take('e', range(900, 950))?.sequence).toBe(2);
  });

  it('gives no slot that is busy', () => {
    const slots = new Slots(context().native, 1);
    const slot = slots.take('a', [1, 2]);
    expect(slots.take('a', [1, 2])).toBeUndefined();
    if (slot) slots.release(slot);
    expect(slots.take('b', [3])).toBe(slot);
  });

  it('reads from the start where the model can not go back', () => {
    const { native, calls } = context({ canGoBack: false });
    const slots = new Slots(native, 1);
    tell(slots, 'a', range(0, 100), [7]);
    expect(tell(slots, 'a', range(0, 100)).cached).toBe(0);
    expect(calls).toContain('clear 0');
  });
});
