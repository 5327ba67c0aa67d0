import type { Clock } from '../../../src/ops/clock.ts';

/** So many requests in so long a window. */
export interface Quota {
  limit: number;
  windowMs: number;
}

/** https://discord.com/developers/docs/topics/rate-limits#global-rate-limit */
const globalQuota: Quota = { limit: 50, windowMs: 1000 };
/** https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans */
const invalidQuota: Quota = { limit: 10_000, windowMs: 600_000 };

export interface LimitReply {
  headers: Record<string, string>;
  /** Set when the request is over a limit. */
  retryAfterMs?: number;
  global?: boolean;
  /** The answer before this one was lost, and with it what the bucket had left. */
  untold?: boolean;
}

class Window {
  private used = 0;
  private isTold = true;
  private endsAt = 0;
  private readonly quota: Quota;
  constructor(quota: Quota) {
    this.quota = quota;
  }

  /** Counts one; `isTold`: what is left now comes to be known. */
  take(now: number, isTold = true): { remaining: number; resetMs: number; over: boolean; untold: boolean } {
    if (now >= this.endsAt) {
      this.used = 0;
      this.endsAt = now + this.quota.windowMs;
      this.isTold = true;
    }
    this.used += 1;
    const untold = !this.isTold;
    this.isTold = isTold;
    const remaining = Math.max(0, this.quota.limit - this.used);
    return { remaining, resetMs: this.endsAt - now, over: this.used > this.quota.limit, untold };
  }

  full(now: number): boolean {
    return now < this.endsAt && this.used >= this.quota.limit;
  }
}

/** Discord's rate limits: one bucket a route and major parameter, one for all, and the ban of who ignores them. */
export class Limits {
  private readonly buckets = new Map<string, Window>();
  private readonly everything = new Window(globalQuota);
  private readonly invalid = new Window(invalidQuota);
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /**
   * Counts a request. `exempt`: interaction endpoints are not bound to the global limit. `isTold`: its answer arrives.
   */
  take(bucket: string, major: string, quota: Quota, exempt: boolean, isTold: boolean): LimitReply {
    const now = this.clock.now();
    if (!exempt) {
      const all = this.everything.take(now);
      if (all.over) return { headers: {}, retryAfterMs: all.resetMs, global: true };
    }
    const key = `${bucket}:${major}`;
    const window = this.buckets.get(key) ?? new Window(quota);
    this.buckets.set(key, window);
    const { remaining, resetMs, over, untold } = window.take(now, isTold);
    const headers = {
      'x-ratelimit-limit': String(quota.limit),
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-reset': ((now + resetMs) / 1000).toFixed(3),
      'x-ratelimit-reset-after': (resetMs / 1000).toFixed(3),
      'x-ratelimit-bucket': Buffer.from(bucket).toString('hex').slice(0, 32),
    };
    return over ? { headers, retryAfterMs: resetMs, untold } : { headers };
  }

  /** 401, 403 and 429 count towards a ban of the address. */
  countInvalid(): void {
    this.invalid.take(this.clock.now());
  }

  get banned(): boolean {
    return this.invalid.full(this.clock.now());
  }
}
