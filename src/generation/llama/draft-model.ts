import type { Guesser } from './guesser.ts';
import type { Native, Sampler } from './native.ts';
import { commonPrefix } from './slots.ts';

interface DraftParts {
  native: Native;
  /** Tokens that its context holds. */
  contextLength: number;
  batchSize: number;
  /** Tokens that the model knows which it guesses for: a draft may have a few more. */
  vocabularySize: number;
  /** Frees its memory. */
  dispose(): Promise<void>;
}

/** A smaller model with the same vocabulary: it guesses the tokens that it holds to be the likeliest. */
export class DraftModel implements Guesser {
  private readonly parts: DraftParts;
  private readonly likeliest: Sampler;
  /** The tokens whose state its one sequence holds. */
  private readonly held: number[] = [];

  constructor(parts: DraftParts) {
    this.parts = parts;
    this.likeliest = parts.native.createSampler({ temperature: 0, topK: 1, topP: 1, minP: 0, seed: 0 });
  }

  async guess(text: readonly number[], most: number, threads: number): Promise<number[]> {
    const { native, contextLength, batchSize, vocabularySize } = this.parts;
    if (text.length + most > contextLength) return [];
    native.setThreads(threads);
    this.goBack(Math.min(commonPrefix(this.held, text), text.length - 1));
    const guesses: number[] = [];
    let waiting = text.slice(this.held.length, this.held.length + batchSize);
    while (guesses.length < most) {
      const output = await this.read(waiting);
      // A long text is read piece by piece, so that no pass of the model waits for all of it.
      if (this.held.length < text.length) break;
      const token = await native.sampleToken(output, this.likeliest);
      if (token < 0 || token >= vocabularySize) break;
      guesses.push(token);
      waiting = [token];
    }
    return guesses;
  }

  async close(): Promise<void> {
    this.likeliest.dispose();
    await this.parts.dispose();
  }

  private goBack(length: number): void {
    if (length === this.held.length) return;
    this.parts.native.removeTokenCellsFromSequence(0, length, -1);
    this.held.length = length;
  }

  /** @returns where the token after the last of these is sampled */
  private async read(tokens: readonly number[]): Promise<number> {
    const { native } = this.parts;
    native.initBatch(tokens.length);
    const last = Uint32Array.of(tokens.length - 1);
    const [output = 0] = native.addToBatch(0, this.held.length, Uint32Array.from(tokens), last);
    await native.decodeBatch();
    this.held.push(...tokens);
    return output;
  }
}
