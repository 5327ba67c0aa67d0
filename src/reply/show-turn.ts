import type { Clock } from '../ops/clock.ts';
import { displayText, showsPrompt } from '../story/display.ts';
import type { TurnView } from '../story/story.ts';
import { textsFor } from '../texts/catalogue.ts';
import { buttonsFor } from './buttons.ts';
import { noteFor } from './note.ts';
import type { ReplyOutcome } from './plan.ts';
import { ProgressiveReply, type ProgressiveReplyOptions } from './progressive-reply.ts';
import type { MessageRef } from './surface.ts';

export interface ShowTurnOptions
  extends Pick<ProgressiveReplyOptions, 'surface' | 'saveRefs' | 'onCall' | 'random'> {
  clock: Clock;
  view: TurnView;
  /** The messages to show it in, of whichever turn stood there before; missing ones are posted, surplus ones removed. */
  refs: MessageRef[];
  /** Instead of the turn's own note. */
  note?: string;
  signal?: AbortSignal;
}

/** Shows a turn that has ended as a whole: another version, what is left after an undo, a reply delivered later. */
export function showTurn({ view, refs, note, signal, ...options }: ShowTurnOptions): Promise<ReplyOutcome> {
  const { turn } = view;
  const texts = textsFor(turn.locale);
  const shownNote = note ?? noteFor(view, texts);
  // Shown again after a while, it needs new messages: a nonce of its own.
  const key = `${turn.id} ${options.clock.now()}`;
  const reply = new ProgressiveReply({ ...options, key, resume: { refs, text: '' } });
  return reply.finish(
    {
      text: displayText(turn, showsPrompt(turn)),
      ...(shownNote === undefined ? {} : { note: shownNote }),
      phase: 'done',
      buttons: buttonsFor(view, texts),
    },
    signal,
  );
}
