import { describe, expect, it } from 'vitest';
import { lookup } from './guesser.ts';

describe('lookup', () => {
  it('guesses what followed when the last tokens stood there before', () => {
    expect(lookup.guess([1, 2, 3, 4, 5, 6, 7, 1, 2, 3], 4, 1)).toEqual([4, 5, 6, 7]);
    expect(lookup.guess([1, 2, 3, 4, 5, 6, 7, 1, 2, 3], 2, 1)).toEqual([4, 5]);
  });

  it('goes by the latest place of several', () => {
    expect(lookup.guess([1, 2, 3, 4, 1, 2, 3, 5, 1, 2, 3], 1, 1)).toEqual([5]);
  });

  it('guesses on where a text does nothing but repeat itself', () => {
    expect(lookup.guess([9, 9, 9, 9, 9], 4, 1)).toEqual([9]);
  });

  it.each([[[1, 2, 3, 4, 5]], [[1, 2]], [[]]])('has nothing to go by in %j', (text) => {
    expect(lookup.guess(text, 4, 1)).toEqual([]);
  });
});
