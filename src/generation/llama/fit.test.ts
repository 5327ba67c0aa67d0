import { describe, expect, it } from 'vitest';
import { fc } from '../../../test/support/properties.ts';
import { promptBudget, tokensToDrop } from './fit.ts';

describe('promptBudget', () => {
  it('leaves room for what is to be written', () => {
    expect(promptBudget(512, 64)).toBe(448);
    expect(promptBudget(512, 320)).toBe(192);
  });

  it('leaves room for a prompt, however much is to be written', () => {
    expect(promptBudget(512, 4096)).toBe(192);
  });
});

describe('tokensToDrop', () => {
  it('drops nothing that fits', () => {
    expect(tokensToDrop(192, 192, 512)).toBe(0);
  });

  it('stays the same while a story grows, then drops a quarter of the context at once', () => {
    const dropped = [193, 250, 320, 321, 448, 449].map((length) => tokensToDrop(length, 192, 512));
    expect(dropped).toEqual([128, 128, 128, 256, 256, 384]);
  });

  it('always fits, and always leaves a token', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 64, max: 8192 }),
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 50_000 }),
        (context, maxTokens, length) => {
          const budget = promptBudget(context, maxTokens);
          const left = length - tokensToDrop(length, budget, context);
          expect(left).toBeGreaterThan(0);
          expect(left).toBeLessThanOrEqual(budget);
        },
      ),
    );
  });
});
