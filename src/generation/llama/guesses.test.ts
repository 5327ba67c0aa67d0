import { describe, expect, it } from 'vitest';
import { ThreadGovernor } from '../threads/governor.ts';
import { BatchLoop } from './batch-loop.ts';
import type { Native, Sampler } from './native.ts';
import type { Strand } from './strand.ts';

/** A context whose model counts: after a token comes the next number. It knows what each sequence holds. */
function counting() {
  const cells: number[][] = [[], []];
  const batches: string[] = [];
  let outputs: number[] = [];
  let length = 0;
  const native = {
    initBatch: () => {
      [outputs, length] = [[], 0];
      batches.push('');
    },
    addToBatch: (sequence: number, position: number, tokens: Uint32Array, wanted: Uint32Array) => {
      const held = cells[sequence] ?? [];
      expect(position).toBe(held.length);
      held.push(...tokens);
      for (const [at, token] of tokens.entries()) outputs[length + at] = token + 1;
      const places = wanted.map((at) => length + at);
      length += tokens.length;
      batches[batches.length - 1] += `${sequence}:${tokens.join()} `;
      return places;
    },
    setThreads: () => {},
    decodeBatch: () => Promise.resolve(),
    sampleToken: async (output: number) => outputs[output] ?? -1,
    removeTokenCellsFromSequence: (sequence: number, start: number) => {
      cells[sequence]?.splice(start);
      return true;
    },
  };
  return { cells, batches, native: native as unknown as Native };
}

const governor = new ThreadGovernor(
  [1],
  () => 1,
  () => {},
);

interface Written extends Strand {
  tokens: number[];
  ended: Promise<void>;
}

/** Begins after the token 10, and ends after so many tokens or at the token `last`. */
function strand(most: number, last = Number.NaN, sequence = 0): Written {
  const tokens: number[] = [];
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return {
    sequence,
    sampler: {} as Sampler,
    held: [],
    waiting: [8, 9, 10],
    tokens,
    ended,
    get left() {
      return most - tokens.length;
    },
    onToken(token) {
      tokens.push(token);
      const goesOn = token !== last && tokens.length < most;
      if (!goesOn) end();
      return goesOn;
    },
    onRead: () => {},
    onFailure: end,
  };
}

/** Guesses four tokens, so many of them right, and notes what it was told. */
function guessing(right: number) {
  const passes: string[] = [];
  return {
    passes,
    guess: async (text: readonly number[], most: number) => {
      const next = (text.at(-1) ?? 0) + 1;
      return Array.from({ length: Math.min(4, most) }, (_, at) => (at < right ? next + at : 0));
    },
    passed: (guessed: number, written: number) => passes.push(`${written - 1} of ${guessed}`),
  };
}

async function write(texts: Written[], speculation: ReturnType<typeof guessing>) {
  const context = counting();
  const loop = new BatchLoop({ ...context, batchSize: 64, governor, speculation });
  for (const text of texts) loop.add(text);
  await Promise.all(texts.map((text) => text.ended));
  await Promise.all(texts.map((text) => loop.remove(text)));
  return context;
}

describe('BatchLoop with guesses', () => {
  it.each([0, 1, 2, 4])('writes the same text when %i of four guesses are right', async (right) => {
    const text = strand(12);
    const speculation = guessing(right);
    const { cells } = await write([text], speculation);
    expect(text.tokens).toEqual([11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22]);
    expect(text.held).toEqual([8, 9, 10, ...text.tokens.slice(0, -1)]);
    expect(cells[0]).toEqual(text.held);
    expect(speculation.passes[0]).toBe(`${right} of 4`);
  });

  it('checks all guesses in one pass, and guesses nothing that could not be taken', async () => {
    const { batches } = await write([strand(7)], guessing(4));
    expect(batches).toEqual(['0:8,9,10 ', '0:11,12,13,14,15 ', '0:16 ']);
  });

  it('keeps no guess behind a text that ends among guesses that are right', async () => {
    const text = strand(12, 13);
    const { cells, batches } = await write([text], guessing(4));
    expect(batches).toHaveLength(2);
    expect(text.tokens).toEqual([11, 12, 13]);
    expect(text.held).toEqual([8, 9, 10, 11, 12]);
    expect(cells[0]).toEqual(text.held);
  });

  it('keeps no guess behind a text that is taken out among guesses that are right', async () => {
    const { native, cells } = counting();
    const loop = new BatchLoop({ native, batchSize: 64, governor, speculation: guessing(4) });
    const text = strand(12);
    let removed: Promise<boolean> | undefined;
    const onToken = text.onToken.bind(text);
    text.onToken = (token) => {
      if (token === 13) removed = loop.remove(text);
      return onToken(token);
    };
    loop.add(text);
    await expect.poll(() => removed).toBeDefined();
    await removed;
    expect(text.tokens).toEqual([11, 12, 13]);
    expect(cells[0]).toEqual(text.held);
    expect(text.held.slice(0, 5)).toEqual([8, 9, 10, 11, 12]);
  });

  it('guesses only while one text is written alone', async () => {
    const [short, long] = [strand(3, Number.NaN, 0), strand(9, Number.NaN, 1)];
    const { batches } = await write([short, long], guessing(4));
    expect(batches).toEqual(['0:8,9,10 1:8,9,10 ', '0:11 1:11 ', '0:12 1:12 ', '1:13,14,15,16,17 ', '1:18 ']);
    expect(long.tokens).toHaveLength(9);
  });

  it('gives a text up whose guesses can not be taken back', async () => {
    const { native } = counting();
    native.removeTokenCellsFromSequence = () => false;
    const loop = new BatchLoop({ native, batchSize: 64, governor, speculation: guessing(0) });
    const text = strand(12);
    const failed = new Promise<Error>((resolve) => {
      text.onFailure = resolve;
    });
    loop.add(text);
    expect((await failed).message).toBe('The model can take no guess back');
  });
});
