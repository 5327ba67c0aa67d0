import { showTurn } from '../reply/show-turn.ts';
import type { MessageRef } from '../reply/surface.ts';
import { releaseDelivery, renewDelivery, saveDelivery } from '../storage/leases.ts';
import { saveMessageRefs, viewTurn } from '../storage/turns.ts';
import type { Turn } from './story.ts';
import type { TaskTools } from './turn-task.ts';

const heartbeatMs = 3_000;

/** Does `work` while an ended turn stays this process's to show, however long the platform takes. */
export async function whileHeld<T>(turn: Turn, tools: TaskTools, work: () => Promise<T>): Promise<T> {
  const done = new AbortController();
  const beating = beat(turn, tools, done.signal);
  try {
    return await work();
  } finally {
    done.abort();
    await beating;
  }
}

async function beat(turn: Turn, { db, clock, owner, logger }: TaskTools, done: AbortSignal): Promise<void> {
  for (;;) {
    await clock.sleep(heartbeatMs, done);
    if (done.aborted) return;
    await renewDelivery(db, turn.id, owner).catch((error: unknown) =>
      logger.debug({ error, turn: turn.id }, 'the lease of a reply could not be renewed'),
    );
  }
}

/** Shows an ended turn whose last edit nobody has shown yet. Never rejects. */
export async function deliverTurn(turn: Turn, tools: TaskTools, signal: AbortSignal): Promise<void> {
  const { db, clock, owner, logger, surfaceFor } = tools;
  try {
    const view = await viewTurn(db, turn.id);
    if (!view) return;
    const saveRefs = (refs: MessageRef[]) => saveMessageRefs(db, turn, refs, owner);
    const surface = surfaceFor(turn);
    const outcome = await whileHeld(turn, tools, () =>
      showTurn({ surface, clock, view, refs: turn.messageRefs, saveRefs, signal }),
    );
    if (signal.aborted && outcome !== 'delivered') await releaseDelivery(db, turn.id, owner);
    else await saveDelivery(db, turn.id, owner, outcome);
  } catch (error) {
    logger.error({ error, turn: turn.id }, 'a reply could not be shown; it will be tried again');
  }
}
