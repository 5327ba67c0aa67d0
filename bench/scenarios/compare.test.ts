import { expect, it } from 'vitest';
import { inTurn } from './compare.ts';

it('has each target come once directly after each other', () => {
  const rounds = [1, 2, 3, 4].map((round) => inTurn(['a', 'b', 'c', 'd'], round).join(''));
  const neighbours = rounds.flatMap((order) => [0, 1, 2].map((at) => order.slice(at, at + 2)));
  expect(new Set(neighbours).size).toBe(12);
  expect(rounds.map((order) => [...order].sort().join(''))).toEqual(Array(4).fill('abcd'));
});
