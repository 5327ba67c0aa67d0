import { setImmediate as arrivals } from 'node:timers/promises';

/** A prompt waits so long for the next one, in milliseconds: read together, none of them waits for a whole pass. */
const companyMs = 0.5;
/** As long as others keep coming, but no longer than this. Prompts that are further apart came alone. */
const longestCompanyMs = 12;

/**
 * How long the first prompt of a resting engine waits for others, so that they are read together. Where the last prompts
 * came one by one, it is read at once.
 */
export class Company {
  private readonly now: () => number;
  private isExpected = true;
  private cameAt = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds that only go up */
  constructor(now: () => number) {
    this.now = now;
  }

  /** A prompt has come. */
  came(): void {
    const now = this.now();
    if (now - this.cameAt < longestCompanyMs) this.isExpected = true;
    this.cameAt = now;
  }

  /** Resolves when the prompts that came are to be read. */
  async gather(): Promise<void> {
    const wasExpected = this.isExpected;
    this.isExpected = false;
    const started = this.now();
    let now = started;
    let quietSince = started;
    let seen: number | undefined;
    // A timer would take a millisecond and more, and let a core fall asleep that is needed at once.
    do {
      await arrivals();
      now = this.now();
      if (this.cameAt !== seen) quietSince = now;
      seen = this.cameAt;
    } while (
      (wasExpected || this.isExpected) &&
      now - quietSince < companyMs &&
      now - started < longestCompanyMs
    );
  }
}
