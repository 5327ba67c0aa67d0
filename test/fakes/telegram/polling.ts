import type { Clock } from '../../../src/ops/clock.ts';
import { optionalInteger, type Params } from './params.ts';
import { ApiError, type Update } from './types.ts';

/** The queue of updates, and the one poller that may wait at it. */
export class Polling {
  private readonly clock: Clock;
  private pending: Update[] = [];
  /** Telegram begins anywhere, too. */
  private nextId = 1 + Math.floor(Math.random() * 2 ** 30);
  private allowed: string[] | undefined;
  private current: { abort: AbortController; ousted: boolean } | undefined;
  webhook = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Updates that the bot has not acknowledged. */
  get unacknowledged(): Update[] {
    return [...this.pending];
  }

  /** Puts an update in the queue, as Telegram would number it. */
  push(fields: Record<string, unknown>): Update {
    const update = { update_id: this.nextId++, ...fields };
    const kind = Object.keys(fields)[0] ?? '';
    if (this.allowed && !this.allowed.includes(kind)) return update;
    this.pending.push(update);
    this.current?.abort.abort();
    return update;
  }

  deleteWebhook(params: Params): true {
    this.webhook = false;
    if (params.drop_pending_updates === true) this.pending = [];
    return true;
  }

  /** @throws {ApiError} 409 in the older of two calls at once */
  async getUpdates(params: Params, gone: AbortSignal): Promise<Update[]> {
    if (this.webhook) {
      throw new ApiError(409, "Conflict: can't use getUpdates method while webhook is active");
    }
    if (this.current) {
      this.current.ousted = true;
      this.current.abort.abort();
    }
    if (Array.isArray(params.allowed_updates)) this.allowed = params.allowed_updates as string[];
    const offset = optionalInteger(params, 'offset') ?? 0;
    this.pending = this.pending.filter((update) => update.update_id >= offset);
    const poll = { abort: new AbortController(), ousted: false };
    this.current = poll;
    const hangUp = () => poll.abort.abort();
    gone.addEventListener('abort', hangUp, { once: true });
    const timeoutMs = (optionalInteger(params, 'timeout') ?? 0) * 1000;
    if (this.pending.length === 0 && !gone.aborted) await this.clock.sleep(timeoutMs, poll.abort.signal);
    gone.removeEventListener('abort', hangUp);
    if (this.current === poll) this.current = undefined;
    if (poll.ousted) {
      throw new ApiError(
        409,
        'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
      );
    }
    return gone.aborted ? [] : this.pending.slice(0, optionalInteger(params, 'limit') ?? 100);
  }
}
