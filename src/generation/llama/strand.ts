import type { Sampler } from './native.ts';

/** One text that is being written on one sequence of the context. */
export interface Strand {
  readonly sequence: number;
  readonly sampler: Sampler;
  /** The tokens whose state the sequence holds, in their order. */
  readonly held: number[];
  /** The tokens to be read next; after the last of them a new one is sampled. */
  waiting: number[];
  /** How many tokens it may still take. */
  readonly left: number;
  /** Takes a new token; false when the text ends here. */
  onToken(token: number): boolean;
  /** Some of the prompt was read: `left` tokens of it are still to be read. */
  onRead(left: number): void;
  onFailure(error: Error): void;
}
