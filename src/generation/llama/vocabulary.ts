import type { LlamaModel, Token } from 'node-llama-cpp';
import { Pieces, type Vocabulary } from './detokenizer.ts';

/** The tokens of a model: to and from text, where a text starts and where it ends. */
export class ModelVocabulary implements Vocabulary {
  private readonly model: LlamaModel;
  private readonly ends = new Map<number, boolean>();
  readonly pieces: Pieces;

  constructor(model: LlamaModel) {
    this.model = model;
    this.pieces = new Pieces(this);
  }

  /** Text only: what looks like a special token in a person's text is text. */
  tokenize(text: string): number[] {
    return this.model.tokenize(text, false);
  }

  detokenize(tokens: readonly number[]): string {
    return this.model.detokenize(tokens as Token[], false);
  }

  /** The token that a text begins with, where the model wants one. */
  get beginning(): number[] {
    const { bos, shouldPrependBosToken } = this.model.tokens;
    return shouldPrependBosToken && bos !== null ? [bos] : [];
  }

  /** A text ends at any end token, and at BOS too: llama2.c's story models end a story with it. */
  isEnd(token: number): boolean {
    let end = this.ends.get(token);
    if (end === undefined) {
      end = token === this.model.tokens.bos || this.model.isEogToken(token as Token);
      this.ends.set(token, end);
    }
    return end;
  }
}
