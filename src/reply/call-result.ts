import { AccessLost, MessageGone, type MessageRef, RateLimited } from './surface.ts';

/** How a call ended. */
export type CallResult =
  | { kind: 'ok'; ref?: MessageRef }
  | { kind: 'rateLimited'; retryAfterMs: number }
  | { kind: 'gone' }
  | { kind: 'accessLost' }
  | { kind: 'fault' };

/** What a surface's error means to the plan. */
export function resultOf(error: unknown): CallResult {
  if (error instanceof RateLimited) return { kind: 'rateLimited', retryAfterMs: error.retryAfterMs };
  if (error instanceof MessageGone) return { kind: 'gone' };
  if (error instanceof AccessLost) return { kind: 'accessLost' };
  return { kind: 'fault' };
}

/** The same, as it is counted. */
export function outcomeOf({ kind }: CallResult): 'ok' | 'rate_limited' | 'failed' {
  if (kind === 'rateLimited') return 'rate_limited';
  return kind === 'ok' ? 'ok' : 'failed';
}
