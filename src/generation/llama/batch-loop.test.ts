import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { GeneratorStalled } from '../generator.ts';
import { ThreadGovernor } from '../threads/governor.ts';
import { BatchLoop } from './batch-loop.ts';
import type { Native, Sampler } from './native.ts';
import type { Strand } from './strand.ts';

/** A context that notes each batch as `sequence:tokens`, and samples the token 7 everywhere. */
function context() {
  const batches: string[][] = [];
  let outputs = 0;
  const native = {
    initBatch: () => {
      batches.push([]);
      outputs = 0;
    },
    addToBatch: (sequence: number, _position: number, tokens: Uint32Array, wanted: Uint32Array) => {
      batches.at(-1)?.push(`${sequence}:${tokens.length}`);
      return wanted.map(() => outputs++);
    },
    setThreads: () => {},
    decodeBatch: () => Promise.resolve(),
    sampleToken: () => Promise.resolve(7),
  };
  return { batches, native: native as unknown as Native };
}

const oneThread = new ThreadGovernor(
  [1],
  () => 1,
  () => {},
);

/** Ends after so many tokens. */
function strand(sequence: number, prompt: number, tokens: number): Strand & { ended: Promise<void> } {
  let written = 0;
  let settle: { resolve: () => void; reject: (error: Error) => void } | undefined;
  const ended = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return {
    sequence,
    sampler: {} as Sampler,
    held: [],
    waiting: Array.from({ length: prompt }, (_, index) => index),
    get left() {
      return tokens - written;
    },
    onToken: () => {
      if (++written === tokens) settle?.resolve();
      return written < tokens;
    },
    onRead: () => {},
    onFailure: (error) => settle?.reject(error),
    ended,
  };
}

async function writeAll(batchSize: number, strands: ReturnType<typeof strand>[]): Promise<string[][]> {
  const { native, batches } = context();
  const loop = new BatchLoop({ native, batchSize, governor: oneThread });
  for (const each of strands) loop.add(each);
  await Promise.all(strands.map((each) => each.ended));
  return batches;
}

describe('BatchLoop', () => {
  it('reads prompts that come together in one batch, by the order of their sequences', async () => {
    const batches = await writeAll(64, [strand(3, 20, 2), strand(0, 10, 2), strand(1, 15, 3)]);
    expect(batches).toEqual([['0:10', '1:15', '3:20'], ['0:1', '1:1', '3:1'], ['1:1']]);
  });

  it('lets texts being written go on while a long prompt is read in pieces', async () => {
    const batches = await writeAll(8, [strand(1, 2, 4), strand(0, 16, 1)]);
    expect(batches).toEqual([['1:2'], ['0:8'], ['1:1'], ['0:8'], ['1:1'], ['1:1']]);
  });

  it('gives up alone a text whose sampling fails or never ends, and the others go on', async () => {
    const { native, batches } = context();
    const [stuck, broken, fine] = [strand(0, 2, 3), strand(1, 2, 3), strand(2, 2, 3)];
    native.sampleToken = (_output, sampler) => {
      if (sampler === stuck.sampler) return new Promise(() => {});
      return sampler === broken.sampler ? Promise.reject(new Error('no')) : Promise.resolve(7);
    };
    const loop = new BatchLoop({ native, batchSize: 64, governor: oneThread, stallMs: 20 });
    for (const each of [stuck, broken, fine]) loop.add(each);
    await Promise.all([
      expect(stuck.ended).rejects.toBeInstanceOf(GeneratorStalled),
      expect(broken.ended).rejects.toThrow('no'),
      fine.ended,
    ]);
    expect(batches).toEqual([['0:2', '1:2', '2:2'], ['2:1'], ['2:1']]);
    expect(await Promise.all([stuck, broken, fine].map((each) => loop.remove(each)))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('serves the prompt that came first when not all fit, and cuts none that fits by itself', async () => {
    const full = await writeAll(8, [strand(2, 8, 1), strand(0, 8, 1)]);
    expect(full).toEqual([['2:8'], ['0:8']]);
    const batches = await writeAll(8, [strand(2, 5, 1), strand(0, 5, 1)]);
    expect(batches).toEqual([['2:5'], ['0:5']]);
  });

  it('reads a prompt together with those that come right after it', async () => {
    const { native, batches } = context();
    let time = 0;
    const loop = new BatchLoop({ native, batchSize: 64, governor: oneThread, now: () => time });
    const [first, second] = [strand(0, 5, 1), strand(1, 6, 1)];
    loop.add(first);
    await setImmediate();
    time += 0.4;
    loop.add(second);
    await setImmediate();
    time += 0.6;
    await Promise.all([first.ended, second.ended]);
    expect(batches).toEqual([['0:5', '1:6']]);
  });

  it('reads a prompt at once when the last one came alone', async () => {
    const { native, batches } = context();
    let time = 0;
    const loop = new BatchLoop({ native, batchSize: 64, governor: oneThread, now: () => time });
    const [alone, first, second] = [strand(0, 4, 1), strand(0, 5, 1), strand(1, 6, 1)];
    loop.add(alone);
    await setImmediate();
    time += 0.6;
    await alone.ended;
    await loop.remove(alone);
    time += 50;
    loop.add(first);
    await setImmediate();
    await setImmediate();
    loop.add(second);
    await setImmediate();
    time += 0.6;
    await Promise.all([first.ended, second.ended]);
    expect(batches).toEqual([['0:4'], ['0:5'], ['1:6']]);
  });
});
