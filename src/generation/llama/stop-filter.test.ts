import { describe, expect, it } from 'vitest';
import { fc } from '../../../test/support/properties.ts';
import { StopFilter } from './stop-filter.ts';

const through = (stops: string[], pieces: string[]) => {
  const filter = new StopFilter(stops);
  const text = pieces.map((piece) => filter.push(piece)).join('');
  return { text: text + filter.end(), stopped: filter.stoppedBy !== undefined };
};

describe('StopFilter', () => {
  it('ends before a stop string that comes in parts', () => {
    expect(through(['The end'], ['He slept. ', 'The', ' e', 'nd. More'])).toEqual({
      text: 'He slept. ',
      stopped: true,
    });
  });

  it('holds back what may become a stop string, and lets it go when it does not', () => {
    const filter = new StopFilter(['###']);
    expect(filter.push('a##')).toBe('a');
    expect(filter.push('b')).toBe('##b');
    expect(filter.push('#')).toBe('');
    expect(filter.end()).toBe('#');
  });

  it('stops at the first of several that is complete', () => {
    expect(through(['z', 'b'], ['abcz'])).toEqual({ text: 'a', stopped: true });
    expect(through(['abcd', 'bc'], ['abcd'])).toEqual({ text: 'a', stopped: true });
  });

  it('ignores empty stop strings', () => {
    expect(through([''], ['abc'])).toEqual({ text: 'abc', stopped: false });
  });

  it('gives the same text however it is cut into pieces', () => {
    const letters = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 });
    const stops = fc.array(fc.stringMatching(/^[abc]{1,4}$/), { maxLength: 3 });
    fc.assert(
      fc.property(letters, stops, (pieces, stopStrings) => {
        const whole = pieces.join('');
        const ends = [...whole].flatMap((_, index) =>
          stopStrings
            .filter((stop) => whole.slice(0, index + 1).endsWith(stop))
            .map((stop) => [index + 1, stop]),
        ) as [number, string][];
        const firstEnd = ends[0]?.[0];
        const longest = Math.max(...ends.filter(([end]) => end === firstEnd).map(([, stop]) => stop.length));
        const expected = firstEnd === undefined ? whole : whole.slice(0, firstEnd - longest);
        const cut = whole.match(/.{1,3}/g) ?? [];
        for (const way of [pieces, cut, [whole]])
          expect(through(stopStrings, way)).toEqual({ text: expected, stopped: firstEnd !== undefined });
      }),
    );
  });
});
