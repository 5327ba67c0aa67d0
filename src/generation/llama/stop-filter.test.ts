import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StopFilter } from './stop-filter.ts';

const through = (stops: string[], pieces: string[]) => {
  const filter = new StopFilter(stops);
  const text = pieces.map((piece) => filter.push(piece)).join('');
  return { text: text + filter.end(), stopped: filter.stopped };
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

  it('stops at the earliest of several', () => {
    expect(through(['z', 'b'], ['abcz'])).toEqual({ text: 'a', stopped: true });
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
        const at = stopStrings.map((stop) => whole.indexOf(stop)).filter((index) => index >= 0);
        const { text, stopped } = through(stopStrings, pieces);
        expect(stopped).toBe(at.length > 0);
        expect(text).toBe(at.length > 0 ? whole.slice(0, Math.min(...at)) : whole);
      }),
    );
  });
});
