import { describe, expect, it } from 'vitest';
import { setUpReply, writing } from '../../test/fakes/reply.ts';
import { turnView } from '../../test/fakes/turn-view.ts';
import { showTurn } from './show-turn.ts';
import type { MessageRef } from './surface.ts';

const long = (name: string, words: number) =>
  Array.from({ length: words }, (_, at) => `${name}${at}`).join(' ');

describe('showTurn', () => {
  it('shows another version in the messages of the one before, adding and removing some', async () => {
    const { clock, surface, reply, saved } = setUpReply();
    const first = long('first', 60);
    reply.update(writing(first));
    const ended = reply.finish({ text: first, phase: 'done', buttons: [] });
    await clock.advance(20_000);
    await ended;
    expect(surface.ids()).toEqual([1, 2, 3]);

    let refs = saved.at(-1) ?? [];
    const show = async (text: string, id: string) => {
      const view = turnView('finished', { id, text, versionIds: ['a', 'b', 'c'] });
      const saveRefs = async (newRefs: MessageRef[]) => {
        refs = newRefs;
      };
      const shown = showTurn({ surface, clock, view, refs, saveRefs });
      await clock.advance(20_000);
      expect(await shown).toBe('delivered');
      expect(refs).toEqual(surface.ids());
      return surface.visible();
    };
    expect(await show('Short.', 'b')).toEqual(['Short.\nVersion 2 of 3']);
    expect(surface.buttons()[0]?.map(({ action }) => action)).toEqual([
      'continue',
      'retry',
      'undo',
      'show',
      'show',
    ]);
    expect(surface.ids()).toEqual([1]);
    expect((await show(first, 'a')).join(' ')).toBe(`${first}\nVersion 1 of 3`);
    expect((await show('Short.', 'b')).join(' ')).toBe('Short.\nVersion 2 of 3');
    expect((await show(first, 'a')).join(' ')).toBe(`${first}\nVersion 1 of 3`);
    expect(surface.violations).toEqual([]);
  });

  it('shows a note of the caller’s instead of the turn’s own', async () => {
    const { clock, surface } = setUpReply();
    const view = turnView('stopped', { text: 'A fox.', isHead: false });
    const shown = showTurn({ surface, clock, view, refs: [], note: 'Taken back.', saveRefs: async () => {} });
    await clock.advance(5_000);
    expect(await shown).toBe('delivered');
    expect(surface.visible()).toEqual(['A fox.\nTaken back.']);
  });
});
