import type { Clock } from '../../src/ops/clock.ts';
import type { Logger } from '../../src/ops/logger.ts';
import type { Database } from '../../src/storage/database.ts';
import { liveTurnsOf } from '../../src/storage/story-view.ts';
import { platformName } from './browser.ts';
import type { LiveHub } from './hub.ts';
import { livePart } from './turn-json.ts';

/** As often as the text that is being written is saved. */
const lookEveryMs = 1_000;

/**
 * Shows browsers that are connected to this process what another process writes for them, from what it saves. Runs
 * until `signal` aborts, and asks nothing while nobody is connected.
 */
export async function watchOtherWriters(
  hub: LiveHub,
  { database, clock, logger }: { database: Database; clock: Clock; logger: Logger },
  signal: AbortSignal,
): Promise<void> {
  let missing = new Set<string>();
  while (!signal.aborted) {
    await clock.sleep(lookEveryMs, signal);
    if (signal.aborted || hub.browsers.length === 0) continue;
    try {
      missing = await look(hub, database, missing);
    } catch (error) {
      logger.debug({ error }, 'can’t look for live turns just now');
    }
  }
}

/** @returns the turns that were shown but are not live any more; missing twice, they have ended elsewhere */
async function look(hub: LiveHub, database: Database, missingBefore: Set<string>): Promise<Set<string>> {
  const shown = hub.browsers.flatMap((browserId) =>
    hub.liveParts(browserId).map(({ turnId, storyId }) => ({ browserId, turnId, storyId })),
  );
  const live = await liveTurnsOf(database, platformName, hub.browsers);
  for (const { externalId, turn } of live) hub.offer(externalId, livePart(turn, turn.locale));
  const liveIds = new Set(live.map(({ turn }) => turn.id));
  const gone = shown.filter(({ turnId }) => !liveIds.has(turnId));
  for (const { browserId, turnId, storyId } of gone) {
    if (!missingBefore.has(turnId)) continue;
    hub.forget(browserId, turnId);
    hub.changed(browserId, storyId);
  }
  return new Set(gone.map(({ turnId }) => turnId));
}
