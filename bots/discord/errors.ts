import { RESTJSONErrorCodes as Code, DiscordAPIError, RateLimitError } from 'discord.js';
import { AccessLost, MessageGone, RateLimited } from '../../src/reply/surface.ts';

/** https://discord.com/developers/docs/topics/opcodes-and-status-codes#json */
const gone = new Set<number | string>([
  Code.UnknownMessage,
  Code.CannotEditMessageAuthoredByAnotherUser,
  Code.MaximumNumberOfEditsToMessagesOlderThanOneHourReached,
  // An archived thread comes back when something is posted to it.
  Code.InvalidActionOnArchivedThread,
]);

/** A channel with slow mode that counts for the bot: the shortest slow mode there is. */
const slowModeMs = 5000;

/**
 * What a failed call means for a reply. Whatever else Discord refuses (status 4xx) it would refuse again, so it counts
 * as lost; 5xx and cut lines are ordinary errors, without the address that discord.js' own errors name.
 */
export function meaningOf(error: unknown): Error {
  if (error instanceof RateLimitError) {
    return new RateLimited(Math.max(error.retryAfter, error.timeToReset, 0));
  }
  if (!(error instanceof DiscordAPIError)) return new Error(describe(error));
  if (gone.has(error.code)) return new MessageGone(describe(error));
  if (error.code === Code.ActionCannotBePerformedDueToSlowmodeRateLimit) return new RateLimited(slowModeMs);
  return new AccessLost(describe(error));
}

const hasCode = (error: unknown, code: number) => error instanceof DiscordAPIError && error.code === code;

/** 40060: somebody has answered this interaction, perhaps we ourselves on a line that was cut. */
export const isAcknowledged = (error: unknown) => hasCode(error, Code.InteractionHasAlreadyBeenAcknowledged);

/** 10062: the interaction is older than 3 s. */
export const isTooLate = (error: unknown) => hasCode(error, Code.UnknownInteraction);

/** An error in a line for the log: discord.js' own hold the request's address, and with it an interaction's token. */
export function describe(error: unknown): string {
  if (error instanceof DiscordAPIError)
    return `Discord refused (${error.status}, ${error.code}): ${error.message}`;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
