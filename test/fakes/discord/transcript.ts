import type { Fault } from './faults.ts';

/** One request that came in, and its answer. */
export interface Call {
  at: number;
  method: string;
  route: string;
  path: string;
  body: unknown;
  /** The message that it edits, where it edits one. */
  messageId?: string;
  /** 0 while it is under way and when its line was cut. */
  status: number;
  /** Discord's error code. */
  code?: number;
  fault?: Fault['kind'];
  /** Over a limit that was reached by a request whose answer was lost: nobody could know. */
  untold?: boolean;
}

/** Everything that was asked of the fake, for tests to look at. */
export class Transcript {
  readonly calls: Call[] = [];
  /** The most edits of one message that were under way at once. */
  maxEditsInFlight = 0;
  private readonly inFlight = new Map<string, number>();

  begin(call: Call): void {
    this.calls.push(call);
    if (!call.messageId) return;
    const now = (this.inFlight.get(call.messageId) ?? 0) + 1;
    this.inFlight.set(call.messageId, now);
    this.maxEditsInFlight = Math.max(this.maxEditsInFlight, now);
  }

  end(call: Call): void {
    if (call.messageId) this.inFlight.set(call.messageId, (this.inFlight.get(call.messageId) ?? 1) - 1);
  }

  /** Requests by `METHOD /route/with/:parameters`. */
  to(route: string): Call[] {
    return this.calls.filter((call) => `${call.method} ${call.route}` === route);
  }

  edits(messageId: string): Call[] {
    return this.calls.filter((call) => call.messageId === messageId && call.status === 200);
  }

  /** Milliseconds between the edits of a message that were done, the closest first. */
  gaps(messageId: string): number[] {
    const times = this.edits(messageId).map((call) => call.at);
    return times
      .slice(1)
      .map((at, index) => at - (times[index] ?? 0))
      .sort((a, b) => a - b);
  }

  /** Limits that were run into without anybody having injected them. */
  get avoidable429(): Call[] {
    return this.calls.filter((call) => call.status === 429 && !call.fault && !call.untold);
  }

  /** Answers that count towards Discord's ban of the address. */
  get invalid(): Call[] {
    return this.calls.filter(
      (call) => call.status === 401 || call.status === 403 || (call.status === 429 && !call.fault),
    );
  }
}
