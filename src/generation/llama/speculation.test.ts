import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Guesser } from './guesser.ts';
import { Speculation } from './speculation.ts';

const text = [1, 2, 3];

/** Always guesses as many as it may. */
const eager: Guesser = {
  guess: (_text, most) => Array.from({ length: most }, () => 7),
  close: async () => {},
};

function speculate(guesser = eager) {
  const lines: { msg: string; found?: { guessesTaken: number } }[] = [];
  const logger = pino({}, { write: (line) => lines.push(JSON.parse(line)) });
  const speculation = new Speculation(guesser, logger);
  /** Writes so many tokens, each pass taking so long, and tells how many of them with guesses. */
  const write = async (tokens: number, guessMs: number, plainMs: number, right = 1) => {
    let withGuesses = 0;
    for (let written = 0; written < tokens; ) {
      const guesses = await speculation.guess(text, 10, 1);
      const gained = Math.min(right, guesses.length) + 1;
      speculation.passed(guesses.length, gained, guesses.length > 0 ? guessMs : plainMs);
      written += gained;
      if (guesses.length > 0) withGuesses += gained;
    }
    return withGuesses / tokens;
  };
  return { lines, speculation, write };
}

describe('Speculation', () => {
  it('lets guessing rest where it costs more than it gives, and tries it again now and then', async () => {
    const { lines, write } = speculate();
    await write(200, 3, 1);
    expect(await write(10_000, 3, 1)).toBeLessThan(0.05);
    expect(await write(10_000, 3, 1)).toBeGreaterThan(0);
    expect(lines.map(({ msg }) => msg)).toEqual(['guessing does not pay, and rests']);
    expect(lines[0]?.found).toMatchObject({ msPerToken: { guessing: 1.5, plain: 1 } });
  });

  it('goes on guessing where that pays', async () => {
    const { lines, write } = speculate();
    await write(200, 1.5, 1);
    expect(await write(10_000, 1.5, 1)).toBeGreaterThan(0.95);
    expect(lines.map(({ msg }) => msg)).toEqual(['guessing pays']);
  });

  it('changes its mind with the machine, and says so', async () => {
    const { lines, write } = speculate();
    await write(5_000, 3, 1);
    await write(5_000, 1.5, 1);
    await write(5_000, 3, 1);
    expect(lines.map(({ msg }) => msg)).toEqual([
      'guessing does not pay, and rests',
      'guessing pays',
      'guessing does not pay, and rests',
    ]);
  });

  it('does not count what a draft model reads first', async () => {
    const { lines, speculation, write } = speculate();
    speculation.passed(0, 1, 60_000);
    speculation.passed(4, 2, 60_000);
    await write(200, 1.5, 1);
    expect(lines.map(({ msg }) => msg)).toEqual(['guessing pays']);
  });

  it('guesses as many tokens as were right the last time and one more, and no more than are of use', async () => {
    const { speculation } = speculate();
    const counts = async (...taken: number[]) => {
      const seen: number[] = [];
      for (const right of taken) {
        const { length } = await speculation.guess(text, 10, 1);
        seen.push(length);
        speculation.passed(length, right + 1, 1);
      }
      return seen;
    };
    expect(await counts(4, 0, 1, 2, 3, 1)).toEqual([4, 4, 1, 2, 3, 4]);
    expect(await speculation.guess(text, 1, 1)).toHaveLength(1);
    expect(await speculation.guess(text, 0, 1)).toEqual([]);
  });

  it('gives guessing up when it fails, and the text goes on', async () => {
    const broken = { ...eager, guess: () => Promise.reject(new Error('no')) };
    const { lines, speculation, write } = speculate(broken);
    expect(await speculation.guess(text, 4, 1)).toEqual([]);
    expect(await write(5_000, 1, 1)).toBe(0);
    expect(lines.map(({ msg }) => msg)).toEqual(['guessing failed and is given up']);
  });
});
