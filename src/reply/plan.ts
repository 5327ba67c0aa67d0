import type { MessageRef, ReplyPart } from './surface.ts';

/** A message's content; the driver adds the nonce. */
export type PartContent = Omit<ReplyPart, 'nonce'>;

/** What is known of one part's message. */
export interface Slot {
  /** Undefined: not posted, or deleted since. */
  ref: MessageRef | undefined;
  /** The deleted message in whose place the part is (to be) posted. */
  replaces: MessageRef | undefined;
  /** {@link contentKey} of what people read there; undefined: not known, so to be edited once. */
  shown: string | undefined;
  /** What a post that got no answer may have left behind under the same nonce. */
  tried: string | undefined;
  /** How often its message was deleted. */
  timesGone: number;
}

export interface PlanState {
  slots: Slot[];
  /** The references have changed since they were saved. */
  unsaved: boolean;
  /** What comes into the next message has been saved since the last one was posted. */
  announced: boolean;
  /** No call before this moment: pace, the platform's pause, or the pause after a fault. */
  nextCallAt: number;
  /** The part whose last words have just moved on to the next message, which so need not wait for its turn. */
  justFinished: number | undefined;
  /** Passing faults in a row. */
  faults: number;
  accessLost: boolean;
  readonly startedAt: number;
  /** An earlier process may have posted parts that it could not save. */
  readonly resumed: boolean;
}

/** What people should read; a deadline once that is final. */
export interface Goal {
  parts: PartContent[];
  deadline: number | undefined;
}

export type Call =
  /** Also before each further message: so a story resumed after a crash reaches at least into that message. */
  | { kind: 'save' }
  | { kind: 'post'; index: number; part: PartContent }
  | { kind: 'edit'; index: number; ref: MessageRef; part: PartContent }
  /** `again`: the part will be posted anew, so that it stands below the one before it. */
  | { kind: 'remove'; index: number; ref: MessageRef; again: boolean };

export type Step =
  | Call
  /** For `ms` (may be infinite); a new view ends it early where `forNews`. */
  | { kind: 'wait'; ms: number; forNews: boolean }
  | { kind: 'end'; outcome: ReplyOutcome };

export type ReplyOutcome = 'delivered' | 'undeliverable';

/**
 * From the moment that a reply is final, its last edit is tried for so long; the platform's own pauses count. After
 * that it is undeliverable, to be recorded as such and shown later. With the pauses of `pauseAfterFaults` that is at
 * least 40 tries against a platform that fails at once.
 */
export const deliverWithinMs = 10 * 60_000;

/** How long a message is held back while there is nothing written yet: text that comes sooner needs no such pause. */
export const noteAfterMs = 700;

/** A message that somebody deletes again and again is not posted more often than this. */
export const mostReplacements = 3;

export const newSlot: Slot = {
  ref: undefined,
  replaces: undefined,
  shown: undefined,
  tried: undefined,
  timesGone: 0,
};

/** Equal for contents that look the same to a person. */
export const contentKey = ({ text, note, buttons, phase }: PartContent): string =>
  JSON.stringify([text, note ?? '', buttons, phase === 'done']);

/** The references to save: one a part, the deleted one's until there is a new one. */
export const refsOf = ({ slots }: PlanState): MessageRef[] =>
  slots.flatMap(({ ref, replaces }) => ref ?? replaces ?? []);

/**
 * What to do now. Parts are brought up to date in order, each before the next is posted, so that whatever stands above
 * the newest message is finished. At most one call is under way: the next step is asked for when it has ended.
 */
export function nextStep(state: PlanState, goal: Goal, now: number): Step {
  const isFinal = goal.deadline !== undefined;
  if (state.accessLost) {
    return isFinal
      ? { kind: 'end', outcome: 'undeliverable' }
      : { kind: 'wait', ms: Infinity, forNews: false };
  }
  const call = nextCall(state, goal);
  if (!call) {
    return isFinal ? { kind: 'end', outcome: 'delivered' } : { kind: 'wait', ms: Infinity, forNews: true };
  }
  const isEarlyNote = !isFinal && call.kind === 'post' && call.index === 0 && call.part.phase === 'waiting';
  const noteAt = isEarlyNote && !state.resumed ? state.startedAt + noteAfterMs : now;
  const isUrgent = call.kind === 'save' ? state.faults === 0 : isTurnOver(state, call);
  const pacedAt = isUrgent ? now : state.nextCallAt;
  const dueAt = Math.max(now, noteAt, pacedAt);
  if (goal.deadline !== undefined && dueAt > goal.deadline) {
    const onlyUnsaved = nextCall({ ...state, unsaved: false }, goal) === undefined;
    return { kind: 'end', outcome: onlyUnsaved ? 'delivered' : 'undeliverable' };
  }
  if (dueAt > now) return { kind: 'wait', ms: dueAt - now, forNews: noteAt > pacedAt };
  return call;
}

/** Words that the last edit took out of one message are missed until the next shows them. */
const isTurnOver = ({ justFinished }: PlanState, call: Call): boolean =>
  call.kind === 'post' && call.index - 1 === justFinished;

function nextCall({ slots, unsaved, announced }: PlanState, { parts, deadline }: Goal): Call | undefined {
  if (unsaved) return { kind: 'save' };
  const lastPosted = slots.findLastIndex(({ ref }) => ref !== undefined);
  const last = slots[lastPosted]?.ref;
  for (const [index, part] of parts.entries()) {
    const slot = slots[index] ?? newSlot;
    if (slot.ref === undefined) {
      if (last !== undefined && lastPosted > index) {
        return { kind: 'remove', index: lastPosted, ref: last, again: true };
      }
      // A later part that may stand there unsaved is found by its nonce, so that it can be taken away first.
      const lost = slot.replaces === undefined ? -1 : slots.findLastIndex(({ tried }) => tried !== undefined);
      const due = parts[Math.max(index, lost)] ?? part;
      return due.index > 0 && !announced ? { kind: 'save' } : { kind: 'post', index: due.index, part: due };
    }
    if (slot.shown !== contentKey(part)) return { kind: 'edit', index, ref: slot.ref, part };
  }
  const isSurplus = deadline !== undefined && last !== undefined && lastPosted >= parts.length;
  return isSurplus ? { kind: 'remove', index: lastPosted, ref: last, again: false } : undefined;
}
