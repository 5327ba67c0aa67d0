import type { Strand } from './strand.ts';

/** What a strand brings to a batch, and what comes of it. */
export interface Part {
  strand: Strand;
  tokens: number[];
  /** Tokens that may come next: they are read in the same batch, and those that turn out wrong are taken back. */
  guesses: number[];
  /** Where in the batch the next tokens are sampled; nowhere while the prompt is not read to its end. */
  outputs: Uint32Array;
  /** The first of those tokens, where that was asked for together with the batch. */
  token?: Promise<number> | undefined;
  /** Tokens that the text has got. */
  written: number;
}

export const nowhere = new Uint32Array();

/** Batches of prompts between two of texts being written, at most. */
const readingsInARow = 2;

/** Which strands come into the next batch, and with how much. */
export class BatchPlan {
  private readonly batchSize: number;
  private readings = 0;

  /** @param batchSize tokens in a batch, at most */
  constructor(batchSize: number) {
    this.batchSize = batchSize;
  }

  /**
   * Prompts have batches of their own, the oldest first: where sequences bring different numbers of tokens, llama.cpp
   * computes a pass for each number, so that they would only wait for the others' tokens. It also computes together
   * only sequences whose numbers follow on each other.
   */
  next(strands: readonly Strand[]): Part[] {
    const writing = strands.filter((strand) => strand.waiting.length === 1);
    const reading = strands.filter((strand) => strand.waiting.length > 1);
    const reads = reading.length > 0 && (writing.length === 0 || this.readings < readingsInARow);
    this.readings = reads ? this.readings + 1 : 0;
    let room = this.batchSize;
    const parts: Part[] = [];
    for (const strand of reads ? reading : writing) {
      const tokens = strand.waiting.slice(0, room);
      // A prompt that does not fit behind others is read in one piece with the next batch.
      if (parts.length > 0 && tokens.length < strand.waiting.length) break;
      room -= tokens.length;
      parts.push({ strand, tokens, guesses: [], outputs: nowhere, written: 0 });
    }
    return parts.sort((a, b) => a.strand.sequence - b.strand.sequence);
  }
}
