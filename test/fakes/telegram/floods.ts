import type { Clock } from '../../../src/ops/clock.ts';
import { ApiError, type Chat } from './types.ts';

/** Telegram's published rules of thumb (core.telegram.org/bots/faq), enforced to the letter. */
const floodLimits = {
  /** Sends and edits in one chat: one a second, and this many at once. */
  chatBurst: 3,
  chatRefillMs: 1000,
  /** Sends and edits in one group within any minute, its topics together. */
  groupPerMinute: 20,
  /** Over all chats within any second. */
  allPerSecond: 30,
} as const;

interface Bucket {
  tokens: number;
  at: number;
  blockedUntil: number;
}

/** Refuses what comes too fast, as Telegram does: 429 with the seconds to wait, and again until they are over. */
export class Floods {
  private readonly clock: Clock;
  private readonly buckets = new Map<string, Bucket>();
  private readonly windows = new Map<string, number[]>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** @throws {ApiError} 429 when this call is one too many; drafts have a budget of their own. */
  check(chat: Chat, kind: 'message' | 'draft'): void {
    const now = this.clock.now();
    const key = `${kind}:${chat.id}`;
    const bucket = this.buckets.get(key) ?? { tokens: floodLimits.chatBurst, at: now, blockedUntil: 0 };
    this.buckets.set(key, bucket);
    if (now < bucket.blockedUntil) refuse(bucket.blockedUntil - now);
    const refilled = bucket.tokens + (now - bucket.at) / floodLimits.chatRefillMs;
    bucket.tokens = Math.min(floodLimits.chatBurst, refilled);
    bucket.at = now;
    const waits = [
      bucket.tokens >= 1 ? 0 : (1 - bucket.tokens) * floodLimits.chatRefillMs,
      chat.type === 'private' ? 0 : this.windowWait(`group:${chat.id}`, 60_000, floodLimits.groupPerMinute),
      this.windowWait('all', 1000, floodLimits.allPerSecond),
    ];
    const wait = Math.max(...waits);
    if (wait > 0) {
      bucket.blockedUntil = now + Math.ceil(wait / 1000) * 1000;
      refuse(wait);
    }
    bucket.tokens -= 1;
    if (chat.type !== 'private') this.windows.get(`group:${chat.id}`)?.push(now);
    this.windows.get('all')?.push(now);
  }

  private windowWait(key: string, spanMs: number, limit: number): number {
    const now = this.clock.now();
    const recent = (this.windows.get(key) ?? []).filter((at) => at > now - spanMs);
    this.windows.set(key, recent);
    const oldest = recent[recent.length - limit];
    return oldest === undefined ? 0 : oldest + spanMs - now;
  }
}

function refuse(waitMs: number): never {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  throw new ApiError(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
}
