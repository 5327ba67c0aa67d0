import type { Logger } from '../../ops/logger.ts';
import type { Guesser } from './guesser.ts';

/** What the loop asks about a text that is written alone. */
export interface Speculator {
  /**
   * Guesses the next tokens of a text, when that is worth it; never throws.
   * @param most how many are of use
   * @param threads how many may compute
   */
  guess(text: readonly number[], most: number, threads: number): Promise<number[]>;
  /** A pass gave `written` tokens: of its guesses those that were right, and one more. */
  passed(guessed: number, written: number, ms: number): void;
}

/** More guesses are seldom all right, and each makes the pass longer. */
const mostGuesses = 4;
/** Tokens written in one way to find out what it costs. */
const trialTokens = 32;
/** Tokens written in the better way before the other is tried again: what a trial loses is a small part of it. */
const usualTokens = 32 * trialTokens;

/** What was seen while texts were written in one way. */
class Turn {
  tokens = 0;
  ms = 0;
  guessed = 0;
  taken = 0;

  get msPerToken(): number {
    return this.ms / this.tokens;
  }
}

/**
 * Decides whether guesses are worth their time. The two ways of writing, with guesses and without, take turns and are
 * timed; the one that was faster the last time has by far the longer turns.
 */
export class Speculation implements Speculator {
  private readonly guesser: Guesser;
  private readonly logger: Logger;
  private count = mostGuesses;
  private isGuessing = true;
  /** The draft model has read what it had missed when this turn began. */
  private isWarm = false;
  private turn = new Turn();
  private turnTokens = trialTokens;
  private last: { guessing?: Turn; plain?: Turn } = {};
  private pays: boolean | undefined;

  constructor(guesser: Guesser, logger: Logger) {
    this.guesser = guesser;
    this.logger = logger;
  }

  async guess(text: readonly number[], most: number, threads: number): Promise<number[]> {
    if (!this.isGuessing || most < 1) return [];
    try {
      return await this.guesser.guess(text, Math.min(most, this.count), threads);
    } catch (error) {
      this.logger.error({ error }, 'guessing failed and is given up');
      this.isGuessing = false;
      this.turnTokens = Number.POSITIVE_INFINITY;
      return [];
    }
  }

  passed(guessed: number, written: number, ms: number): void {
    const taken = Math.max(0, Math.min(guessed, written - 1));
    // As many as were right the last time, and one more.
    if (guessed > 0) this.count = Math.min(mostGuesses, taken + 1);
    if (this.isGuessing && !this.isWarm) {
      this.isWarm = guessed > 0;
      return;
    }
    const { turn } = this;
    turn.tokens += written;
    turn.ms += ms;
    turn.guessed += guessed;
    turn.taken += taken;
    if (turn.tokens >= this.turnTokens) this.judge();
  }

  private judge(): void {
    this.last[this.isGuessing ? 'guessing' : 'plain'] = this.turn;
    const { guessing, plain } = this.last;
    if (guessing && plain) this.decide(guessing, plain);
    this.isGuessing = !this.isGuessing;
    this.isWarm = false;
    this.turn = new Turn();
    this.turnTokens = this.isGuessing === this.pays ? usualTokens : trialTokens;
  }

  private decide(guessing: Turn, plain: Turn): void {
    const pays = guessing.msPerToken < plain.msPerToken;
    if (pays === this.pays) return;
    this.pays = pays;
    const found = {
      msPerToken: { guessing: guessing.msPerToken, plain: plain.msPerToken },
      guessesTaken: guessing.taken / guessing.guessed,
    };
    this.logger.info({ found }, pays ? 'guessing pays' : 'guessing does not pay, and rests');
  }
}
