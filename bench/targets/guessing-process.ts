import { pino } from 'pino';
import { BatchLoop } from '../../src/generation/llama/batch-loop.ts';
import { openEngine } from '../../src/generation/llama/engine.ts';
import type { Guesser } from '../../src/generation/llama/guesser.ts';
import type { Speculator } from '../../src/generation/llama/speculation.ts';
import type { Strand } from '../../src/generation/llama/strand.ts';
import { ModelVocabulary } from '../../src/generation/llama/vocabulary.ts';
import type { GuessingLoad, GuessingResult } from './guessing.ts';
import { sampling } from './target.ts';

/** The generator's own loop, with guesses for every pass and without. Arguments: the model, what guesses, threads. */
const [modelPath = '', draft = 'lookup', threads = '1'] = process.argv.slice(2);
const logger = pino({ level: 'warn' });
const engine = await openEngine({
  modelPath,
  draft,
  threads: Number(threads),
  parallel: 1,
  onePoolThread: true,
  logger,
});
const { native, guesser, contextLength } = engine;
const vocabulary = new ModelVocabulary(engine.model);

/** Guesses as many tokens as it may, and counts. */
class Always implements Speculator {
  guessed = 0;
  taken = 0;
  private readonly guesser: Guesser;
  private readonly count: number;

  constructor(guesser: Guesser, count: number) {
    this.guesser = guesser;
    this.count = count;
  }

  async guess(text: readonly number[], most: number, threads: number): Promise<number[]> {
    return most < 1 ? [] : this.guesser.guess(text, Math.min(most, this.count), threads);
  }

  passed(guessed: number, written: number): void {
    this.guessed += guessed;
    this.taken += written - 1;
  }
}

/** Writes one text; the time is that from its first token to its last. */
async function write(
  speculation: Speculator | undefined,
  { prompt, tokens, round, temperature }: GuessingLoad,
) {
  const loop = new BatchLoop({ ...engine, speculation });
  const sampler = native.createSampler({ ...sampling, temperature, seed: round });
  const written: number[] = [];
  let [first, last] = [0, 0];
  const strand = await new Promise<Strand>((resolve, reject) => {
    const self: Strand = {
      sequence: 0,
      sampler,
      held: [],
      waiting: [...vocabulary.beginning, ...vocabulary.tokenize(prompt)].slice(
        0,
        Math.max(1, contextLength - tokens),
      ),
      get left() {
        return tokens - written.length;
      },
      onToken(token) {
        last = performance.now();
        if (written.push(token) === 1) first = last;
        if (written.length === tokens) resolve(self);
        return written.length < tokens;
      },
      onRead() {},
      onFailure: reject,
    };
    loop.add(self);
  });
  await loop.remove(strand);
  sampler.dispose();
  native.disposeSequence(0);
  return { written, tokensPerSecond: ((tokens - 1) * 1000) / (last - first) };
}

const passSizes = [1, 2, 3, 4, 5];
const passRounds = 15;
const anyToken = 5;
const textBefore = 64;

/** Milliseconds of passes over so many tokens after a text, with an output at each: `[size][round]`. */
async function timePasses(): Promise<number[][]> {
  const decode = async (position: number, size: number) => {
    native.initBatch(size);
    const every = Uint32Array.from({ length: size }, (_, index) => index);
    native.addToBatch(0, position, new Uint32Array(size).fill(anyToken), every);
    const started = performance.now();
    await native.decodeBatch();
    return performance.now() - started;
  };
  native.setThreads(Number(threads));
  await decode(0, textBefore);
  const times: number[][] = passSizes.map(() => []);
  for (let round = 0; round < passRounds; round++)
    for (const [index, size] of passSizes.entries()) {
      times[index]?.push(await decode(textBefore, size));
      native.removeTokenCellsFromSequence(0, textBefore, -1);
    }
  native.disposeSequence(0);
  return times;
}

async function compare(load: GuessingLoad): Promise<GuessingResult> {
  if (!guesser) throw new Error('This model can take no guesses back');
  const always = new Always(guesser, load.guesses);
  const plain = await write(undefined, load);
  const guessing = await write(always, load);
  return {
    plain: plain.tokensPerSecond,
    guessing: guessing.tokensPerSecond,
    guessed: always.guessed,
    taken: always.taken,
    isSame: plain.written.every((token, index) => token === guessing.written[index]),
  };
}

process.on('message', async (load: GuessingLoad) => {
  process.send?.(await compare(load));
});
process.once('disconnect', () => process.exit(1));
process.send?.(await timePasses());
