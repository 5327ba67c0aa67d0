import type { Clock } from '../../src/ops/clock.ts';
import { showTurn } from '../../src/reply/show-turn.ts';
import type { MessageRef, ReplySurface } from '../../src/reply/surface.ts';
import type { Outcome } from '../../src/story/outcome.ts';
import type { Turn, TurnView } from '../../src/story/story.ts';
import type { Storyteller } from '../../src/story/storyteller.ts';
import { textsFor } from '../../src/texts/catalogue.ts';

interface PresenterOptions {
  storyteller: Storyteller;
  clock: Clock;
  surfaceFor(turn: Turn): ReplySurface;
  /** Ends every showing. */
  closing: AbortSignal;
}

/** Shows turns that have ended in their messages again: another version, or what an undo left. The newest showing wins. */
export class Presenter {
  private readonly options: PresenterOptions;
  private readonly showing = new Map<string, { abort: AbortController; done: Promise<unknown> }>();

  constructor(options: PresenterOptions) {
    this.options = options;
    options.closing.addEventListener('abort', () => {
      for (const { abort } of this.showing.values()) abort.abort();
    });
  }

  async present(outcome: Extract<Outcome, { kind: 'undone' | 'shown' }>): Promise<void> {
    if (outcome.kind === 'shown') return this.show(outcome.view);
    const removed = await this.options.storyteller.view(outcome.removed.id);
    if (removed) await this.show(removed, textsFor(removed.turn.locale).notes.takenBack);
    if (outcome.head) await this.show(outcome.head);
  }

  /** The turn's messages are about to be written anew: whatever is being shown there is out of date. */
  giveWay(turn: Turn): void {
    this.showing.get(keyOf(turn))?.abort.abort();
  }

  private async show(view: TurnView, note?: string): Promise<void> {
    const { storyteller, clock, surfaceFor, closing } = this.options;
    const { turn } = view;
    const key = keyOf(turn);
    const before = this.showing.get(key);
    before?.abort.abort();
    const abort = new AbortController();
    if (closing.aborted) abort.abort();
    const work = async () => {
      await before?.done;
      // What was shown there until now may have added messages, or taken some away.
      const shown = before && (await storyteller.view(turn.id));
      await showTurn({
        surface: surfaceFor(turn),
        clock,
        view,
        refs: (shown?.turn ?? turn).messageRefs,
        saveRefs: (refs: MessageRef[]) => storyteller.saveMessageRefs(turn.id, refs),
        signal: abort.signal,
        ...(note === undefined ? {} : { note }),
      });
    };
    const done = work();
    this.showing.set(key, { abort, done: done.catch(() => undefined) });
    try {
      await done;
    } finally {
      if (this.showing.get(key)?.abort === abort) this.showing.delete(key);
    }
  }
}

/** Versions of a turn share their messages. */
const keyOf = (turn: Turn): string => `${turn.storyId}:${turn.parentId}`;
