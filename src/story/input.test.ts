import { describe, expect, it } from 'vitest';
import { checkPrompt, maxPromptLength, Refused, titleOf } from './input.ts';

const reasonOf = (raw: string) => {
  try {
    checkPrompt(raw);
    return 'accepted';
  } catch (error) {
    return error instanceof Refused ? error.reason : error;
  }
};

describe('checkPrompt', () => {
  it.each([
    ['', 'empty'],
    [' \n\t ', 'empty'],
    ['once\u0000upon', 'controlCharacters'],
    ['once\u001b[31mupon', 'controlCharacters'],
    ['once\u0085upon', 'controlCharacters'],
    ['once\uD83Dupon', 'brokenText'],
    ['once\uFFFDupon', 'brokenText'],
    ['Однажды 🐉 ‏שלום', 'accepted'],
    ['one\ttwo\nthree', 'accepted'],
  ])('%j is %s', (raw, reason) => expect(reasonOf(raw)).toBe(reason));

  it('takes a prompt up to the greatest length', () => {
    expect(reasonOf('x'.repeat(maxPromptLength))).toBe('accepted');
    expect(reasonOf('x'.repeat(maxPromptLength + 1))).toBe('tooLong');
    expect(reasonOf('x'.repeat(100_000))).toBe('tooLong');
  });

  it('stores line feeds, and no white space around', () => {
    expect(checkPrompt('  one\r\ntwo\rthree \n')).toBe('one\ntwo\nthree');
  });
});

describe('titleOf', () => {
  it('is the first line, cut at a word', () => {
    expect(titleOf('In a city under the sea,\nthere was')).toBe('In a city under the sea,');
    expect(titleOf(`${'word '.repeat(30)}`)).toMatch(/^(word ){15}word…$/);
  });

  it('never ends in half a character', () => {
    expect(titleOf('🐉'.repeat(60)).isWellFormed()).toBe(true);
    expect(titleOf(`a${'🐉'.repeat(60)}`).isWellFormed()).toBe(true);
  });
});
