import type { Native } from './native.ts';

/** A sequence of the context and the tokens whose state it holds. */
export interface Slot {
  readonly sequence: number;
  held: number[];
  /** The story that was written on it last. */
  story: string | undefined;
  busy: boolean;
  /** Grows with every use, so that the least recently used slot is known. */
  usedAt: number;
}

/** The sequences of one context. They are made once and never given back: only what they hold changes. */
export class Slots {
  private readonly native: Native;
  private readonly slots: Slot[];
  private uses = 0;

  constructor(native: Native, count: number) {
    this.native = native;
    this.slots = Array.from({ length: count }, (_, sequence) => ({
      sequence,
      held: [],
      story: undefined,
      busy: false,
      usedAt: 0,
    }));
  }

  /**
   * Takes a free slot for a prompt: the one that holds this story, or else one that holds enough of the prompt, or else
   * one beside those that are busy, or else the one that was used longest ago. It then holds the longest beginning of
   * `tokens` that it had, and never all of them.
   */
  take(story: string, tokens: readonly number[]): Slot | undefined {
    const free = this.slots.filter((slot) => !slot.busy).sort((a, b) => a.usedAt - b.usedAt);
    const shared = new Map(free.map((slot) => [slot, commonPrefix(slot.held, tokens)]));
    const prefixOf = (slot: Slot) => shared.get(slot) ?? 0;
    const own = free.filter((slot) => slot.story === story).at(-1);
    const slot = own ?? this.forNew(free, prefixOf);
    if (!slot) return undefined;
    slot.busy = true;
    slot.story = story;
    slot.usedAt = ++this.uses;
    this.keep(slot, Math.min(prefixOf(slot), tokens.length - 1));
    return slot;
  }

  /**
   * For a new story: the slot that holds most of its prompt, where that saves at least as much reading as the slot's own
   * story would cost if it went on. Stories that only begin alike, as all do behind the same instructions, keep theirs.
   */
  private forNew(free: Slot[], prefixOf: (slot: Slot) => number): Slot | undefined {
    const next = this.closest(free);
    if (!next) return undefined;
    const warmest = free.reduce((best, slot) => (prefixOf(slot) > prefixOf(best) ? slot : best), next);
    const saved = prefixOf(warmest) - prefixOf(next);
    const lost = warmest.held.length - prefixOf(warmest);
    return saved >= lost ? warmest : next;
  }

  /**
   * The one beside those being written, and of these the one that was used longest ago: a gap between sequences costs
   * every pass, and a story that loses its slot is read again once.
   */
  private closest(free: Slot[]): Slot | undefined {
    const busySides = ({ sequence }: Slot) =>
      [sequence - 1, sequence + 1].filter((beside) => this.slots[beside]?.busy).length;
    return [...free].sort((a, b) => busySides(b) - busySides(a))[0];
  }

  release(slot: Slot): void {
    slot.busy = false;
  }

  /** Forgets what a slot holds, as after a failure in the middle of a batch. */
  clear(slot: Slot): void {
    this.native.disposeSequence(slot.sequence);
    slot.held = [];
    slot.story = undefined;
  }

  private keep(slot: Slot, length: number): void {
    if (length === slot.held.length) return;
    const cut = length > 0 && this.native.removeTokenCellsFromSequence(slot.sequence, length, -1);
    if (cut) slot.held.length = length;
    else {
      // Recurrent models can't go back: they read from the start again.
      this.native.disposeSequence(slot.sequence);
      slot.held = [];
    }
  }
}

export function commonPrefix(a: readonly number[], b: readonly number[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}
