import type { Clock } from '../../src/ops/clock.ts';

interface Rule {
  /** Calls at once. */
  burst: number;
  refillMs: number;
}

/**
 * A little below Telegram's rules of thumb (core.telegram.org/bots/faq#my-bot-is-hitting-limits): about one message a
 * second in a chat, 20 a minute in a group, 30 a second in all. The exact limits are unpublished: a 429's
 * `retry_after` goes before these.
 */
const paceRules = {
  private: { burst: 2, refillMs: 1100 },
  /** At most 3 + 60 000 / 3600 = 19 within any minute. */
  group: { burst: 3, refillMs: 3600 },
  draft: { burst: 1, refillMs: 1050 },
  all: { burst: 20, refillMs: 50 },
} satisfies Record<string, Rule>;

export type PaceKind = 'private' | 'group' | 'draft';

/** A place in a line that its owner did not come back to is given away after this long. */
const abandonedMs = 10_000;

class Budget {
  private readonly rule: Rule;
  private tokens: number;
  private at: number;
  private blockedUntil = 0;
  /** Owners that were told to wait, first come first served, and when their place lapses. */
  private readonly line = new Map<string, number>();

  constructor(rule: Rule, now: number) {
    this.rule = rule;
    this.tokens = rule.burst;
    this.at = now;
  }

  /** Milliseconds until `owner` may go; 0: now. */
  wait(owner: string, now: number): number {
    for (const [other, lapses] of this.line) if (lapses < now) this.line.delete(other);
    this.tokens = Math.min(this.rule.burst, this.tokens + (now - this.at) / this.rule.refillMs);
    this.at = now;
    const place = [...this.line.keys()].indexOf(owner);
    const ahead = place < 0 ? this.line.size : place;
    const untilTokens = Math.max(0, ahead + 1 - this.tokens) * this.rule.refillMs;
    const wait = Math.ceil(Math.max(untilTokens, this.blockedUntil - now));
    if (wait > 0) this.line.set(owner, now + wait + abandonedMs);
    return wait;
  }

  take(owner: string): void {
    this.line.delete(owner);
    this.tokens -= 1;
  }

  block(until: number): void {
    this.blockedUntil = Math.max(this.blockedUntil, until);
  }

  idle(now: number): boolean {
    const refilled = this.tokens + (now - this.at) / this.rule.refillMs;
    return this.line.size === 0 && now >= this.blockedUntil && refilled >= this.rule.burst;
  }
}

/** One budget a chat, shared by its topics and by everything that is sent there, and one over all chats. */
export class Pace {
  private readonly clock: Clock;
  private readonly all: Budget;
  private readonly chats = new Map<string, Budget>();

  constructor(clock: Clock) {
    this.clock = clock;
    this.all = new Budget(paceRules.all, clock.now());
  }

  /** Takes a turn for `owner` and gives 0, or keeps a place in the line and gives the milliseconds to wait for it. */
  take(kind: PaceKind, chat: number, owner: string): number {
    const now = this.clock.now();
    const budget = this.budget(kind, chat, now);
    const wait = Math.max(budget.wait(owner, now), this.all.wait(owner, now));
    if (wait > 0) return wait;
    budget.take(owner);
    this.all.take(owner);
    return 0;
  }

  /** Telegram itself said how long to wait. */
  block(kind: PaceKind, chat: number, ms: number): void {
    const now = this.clock.now();
    this.budget(kind, chat, now).block(now + ms);
  }

  private budget(kind: PaceKind, chat: number, now: number): Budget {
    const key = `${kind}:${chat}`;
    const known = this.chats.get(key);
    if (known) return known;
    if (this.chats.size >= 1000) this.forgetIdle(now);
    const made = new Budget(paceRules[kind], now);
    this.chats.set(key, made);
    return made;
  }

  private forgetIdle(now: number): void {
    for (const [key, budget] of this.chats) if (budget.idle(now)) this.chats.delete(key);
  }
}
