/** The part of a model that turns tokens into text. */
export interface Vocabulary {
  tokenize(text: string): number[];
  detokenize(tokens: readonly number[]): string;
}

const replacement = '\uFFFD';
/** UTF-8 takes at most four bytes a character, and a token stands for at least one. */
const longestCharacter = 4;

/**
 * Knows the text of each token in the middle of a text. A token alone would lose its leading space in SentencePiece,
 * so every token is read after another one.
 */
export class Pieces {
  private readonly vocabulary: Vocabulary;
  private readonly before: number[];
  private readonly beforeLength: number;
  private readonly known = new Map<number, string>();

  constructor(vocabulary: Vocabulary) {
    this.vocabulary = vocabulary;
    this.before = vocabulary.tokenize('a').slice(-1);
    this.beforeLength = vocabulary.detokenize(this.before).length;
  }

  textOf(token: number): string {
    const known = this.known.get(token);
    if (known !== undefined) return known;
    const text = this.join([token]);
    this.known.set(token, text);
    return text;
  }

  join(tokens: readonly number[]): string {
    return this.vocabulary.detokenize([...this.before, ...tokens]).slice(this.beforeLength);
  }
}

/** Turns a growing row of tokens into text and never gives away a part of a character. */
export class Detokenizer {
  private readonly pieces: Pieces;
  private pending: number[] = [];

  constructor(pieces: Pieces) {
    this.pieces = pieces;
  }

  /** Takes the next token and gives the characters that it completes. */
  push(token: number): string {
    const piece = this.pieces.textOf(token);
    if (this.pending.length === 0 && !piece.endsWith(replacement)) return piece;
    this.pending.push(token);
    const text = this.pieces.join(this.pending);
    if (!text.endsWith(replacement)) {
      this.pending = [];
      return text;
    }
    // These bytes will never make a character: let the first one go.
    if (this.pending.length >= longestCharacter) return this.pieces.join([this.pending.shift() ?? token]);
    return '';
  }

  /** The whole characters that are left when the text ends. */
  end(): string {
    if (this.pending.length === 0) return '';
    const text = this.pieces.join(this.pending);
    this.pending = [];
    return text.replace(/\uFFFD+$/, '');
  }
}
