import { describe, expect, it } from 'vitest';
import { Detokenizer, Pieces, type Vocabulary } from './detokenizer.ts';

/** A vocabulary of bytes; like SentencePiece it drops the leading space of a text. */
const bytes: Vocabulary = {
  tokenize: (text) => [...Buffer.from(` ${text}`)],
  detokenize: (tokens) => Buffer.from(tokens).toString('utf8').replace(/^ /, ''),
};

const push = (tokens: number[]) => {
  const detokenizer = new Detokenizer(new Pieces(bytes));
  return [...tokens.map((token) => detokenizer.push(token)), detokenizer.end()];
};

describe('Detokenizer', () => {
  it('keeps the space at the start', () => {
    expect(push([...Buffer.from(' a b')])).toEqual([' ', 'a', ' ', 'b', '']);
  });

  it('gives a character only when all of its bytes are there', () => {
    expect(push([...Buffer.from('é€😀')])).toEqual(['', 'é', '', '', '€', '', '', '', '😀', '']);
  });

  it('leaves out a character that the end cuts', () => {
    expect(push([0x61, 0xf0, 0x9f, 0x98])).toEqual(['a', '', '', '', '']);
  });

  it('lets bytes go that never become a character', () => {
    expect(push([0xf0, 0x9f, 0x41])).toEqual(['', '', '\uFFFDA', '']);
    expect(push([0x80, 0x80, 0x80, 0x80, 0x80, 0x41]).join('')).toBe(`${'\uFFFD'.repeat(5)}A`);
  });
});
