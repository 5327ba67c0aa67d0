import { describe, expect, it } from 'vitest';
import { turnView as view } from '../../test/fakes/turn-view.ts';
import type { TurnView } from '../story/story.ts';
import { en } from '../texts/en.ts';
import { ru } from '../texts/ru.ts';
import { buttonsFor } from './buttons.ts';
import { noteFor } from './note.ts';

const actions = (of: TurnView) => buttonsFor(of, en).map(({ action }) => action);

describe('buttonsFor', () => {
  it('offers Stop while the turn waits or is written', () => {
    expect(actions(view('queued'))).toEqual(['stop']);
    expect(actions(view('writing', { versionIds: ['a', 'b'] }))).toEqual(['stop']);
  });

  it.each(['finished', 'stopped'] as const)('offers to go on from the head once it is %s', (state) => {
    expect(actions(view(state))).toEqual(['continue', 'retry', 'undo']);
    expect(actions(view(state, { isHead: false }))).toEqual(['retry']);
  });

  it('does not continue a failed turn', () => {
    expect(actions(view('failed', { versionIds: ['a', 'b'] }))).toEqual(['retry', 'undo']);
    expect(actions(view('failed', { isHead: false }))).toEqual(['retry']);
  });

  it('walks between versions, and stops at the ends', () => {
    const versions = (versionIds: string[]) => buttonsFor(view('finished', { versionIds }), ru).slice(3);
    const back = { action: 'show', label: '◀' };
    const on = { action: 'show', label: '▶' };
    expect(versions(['a', 'b', 'c'])).toEqual([
      { ...back, turnId: 'a' },
      { ...on, turnId: 'c' },
    ]);
    expect(versions(['b', 'c'])).toEqual([
      { ...back, turnId: 'b', disabled: true },
      { ...on, turnId: 'c' },
    ]);
    expect(versions(['a', 'b'])).toEqual([
      { ...back, turnId: 'a' },
      { ...on, turnId: 'b', disabled: true },
    ]);
  });

  it('never gives two buttons that mean the same', () => {
    for (const versionIds of [['b'], ['a', 'b'], ['b', 'c'], ['a', 'b', 'c']]) {
      const keys = buttonsFor(view('finished', { versionIds }), en).map((b) => `${b.action} ${b.turnId}`);
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.length).toBeLessThanOrEqual(5);
    }
  });
});

describe('noteFor', () => {
  it('says nothing under a plain finished turn, nor before the end', () => {
    expect(noteFor(view('finished'), en)).toBeUndefined();
    expect(noteFor(view('writing', { versionIds: ['a', 'b'] }), en)).toBeUndefined();
  });

  it('says why a turn ended, and which version it is', () => {
    expect(noteFor(view('stopped', { versionIds: ['a', 'b'] }), en)).toBe('Stopped. Version 2 of 2');
    expect(noteFor(view('failed', { endReason: 'noModel' }), en)).toBe(en.failures.noModel);
    expect(noteFor(view('failed', { endReason: 'toString' }), en)).toBe(en.failures.gaveUp);
    expect(noteFor(view('finished', { text: ' ' }), en)).toBe(en.notes.empty);
  });
});
