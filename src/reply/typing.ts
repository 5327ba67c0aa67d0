import type { Clock } from '../ops/clock.ts';
import type { ReplySurface } from './surface.ts';

/** Telegram's indicator lasts 5 s at most, Discord's 10 s. */
const typingEveryMs = 4_000;

/** Shows that somebody is at work while `isWanted`, until `signal` aborts. Its faults don't matter to anybody. */
export async function keepTyping(
  surface: ReplySurface,
  clock: Clock,
  isWanted: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  if (!surface.typing) return;
  while (!signal.aborted) {
    try {
      if (isWanted()) await surface.typing();
    } catch {
      // The next try may work, and the text comes all the same.
    }
    await clock.sleep(typingEveryMs, signal);
  }
}
