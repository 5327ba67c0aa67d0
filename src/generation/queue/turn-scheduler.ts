import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../ops/clock.ts';
import { GeneratorBusy } from '../generator.ts';
import { TurnTimes } from './estimate.ts';
import { FairQueue } from './fair-queue.ts';
import type { Ticket } from './line.ts';

interface SchedulerOptions {
  /** Turns at once. */
  slots: number;
  /** Turns that may wait. */
  limit: number;
  clock: Clock;
}

export interface Place {
  /** 1: next. */
  position: number;
  /** Seconds until it begins, as far as is known. */
  etaSeconds: number | undefined;
}

interface Turn {
  author: string;
  channel: string;
  /** Leaves the queue when it aborts; a turn that has begun sees to that itself. */
  signal: AbortSignal;
  onPlace(place: Place): void;
}

interface Waiting {
  turn: Turn;
  begin: () => void;
  /** What the turn was told last. */
  told: Place | undefined;
}

const ageCapMs = 60_000;
/** Places are told so often at most: with a long queue telling them costs as much as writing. */
const tellEveryMs = 500;
const usualRetryMs = 5_000;

/** Runs so many turns at once, in the order of the {@link FairQueue}, and tells the others their place. */
export class TurnScheduler {
  private readonly slots: number;
  private readonly clock: Clock;
  private readonly queue: FairQueue;
  private readonly times = new TurnTimes();
  private readonly waiting = new Map<Ticket, Waiting>();
  /** When each turn in progress began. */
  private readonly running = new Map<Ticket, number>();
  private toldAt = 0;
  private tellingSoon = false;

  constructor({ slots, limit, clock }: SchedulerOptions) {
    this.slots = slots;
    this.clock = clock;
    this.queue = new FairQueue({ limit, ageCapMs });
  }

  get load(): { waiting: number; writing: number } {
    return { waiting: this.queue.length, writing: this.running.size };
  }

  /**
   * Waits for a slot, does the work on it, and gives the slot to the next. Resolves to false when the turn was aborted
   * before it began.
   * @throws {GeneratorBusy} when the queue is full
   */
  async run(turn: Turn, work: () => Promise<void>): Promise<boolean> {
    if (turn.signal.aborted) return false;
    const ticket = await this.begun(turn);
    if (!ticket) return false;
    try {
      await work();
      return true;
    } finally {
      const now = this.clock.now();
      this.times.ended(now - (this.running.get(ticket) ?? now));
      this.running.delete(ticket);
      this.queue.finished(ticket, now);
      this.startNext();
    }
  }

  private async begun(turn: Turn): Promise<Ticket | undefined> {
    const noSlot = this.running.size >= this.slots;
    if (noSlot && this.queue.full) throw new GeneratorBusy(this.retryMs());
    const ticket = this.queue.enter(turn.author, turn.channel, this.clock.now());
    const hasBegun = await new Promise<boolean>((resolve) => {
      this.waiting.set(ticket, { turn, begin: () => resolve(true), told: undefined });
      const leave = () => {
        if (!this.waiting.delete(ticket)) return;
        this.queue.leave(ticket);
        this.tellPlacesSoon();
        resolve(false);
      };
      turn.signal.addEventListener('abort', leave, { once: true });
      this.startNext();
    });
    return hasBegun ? ticket : undefined;
  }

  private startNext(): void {
    while (this.running.size < this.slots) {
      const now = this.clock.now();
      const ticket = this.queue.next(now);
      const begin = ticket && this.waiting.get(ticket)?.begin;
      if (!ticket || !begin) break;
      this.waiting.delete(ticket);
      this.running.set(ticket, now);
      begin();
    }
    this.tellPlacesSoon();
  }

  private tellPlacesSoon(): void {
    if (this.tellingSoon || this.waiting.size === 0) return;
    this.tellingSoon = true;
    const leftMs = this.toldAt + tellEveryMs - this.clock.now();
    void this.clock.sleep(Math.min(tellEveryMs, Math.max(0, leftMs))).then(() => {
      this.tellingSoon = false;
      this.tellPlaces();
    });
  }

  private tellPlaces(): void {
    const now = this.clock.now();
    this.toldAt = now;
    const order = this.queue.order(now);
    const waits = this.waits(order.length, now);
    for (const [index, ticket] of order.entries()) {
      const waiting = this.waiting.get(ticket);
      const place = { position: index + 1, etaSeconds: waits[index] };
      if (!waiting || isDeepStrictEqual(place, waiting.told)) continue;
      waiting.told = place;
      waiting.turn.onPlace(place);
    }
  }

  private waits(count: number, now: number): (number | undefined)[] {
    const runningForMs = [...this.running.values()].map((startedAt) => now - startedAt);
    return this.times.waits(count, runningForMs, this.slots);
  }

  /** The queue has room again when the next turn begins. */
  private retryMs(): number {
    const [next] = this.waits(1, this.clock.now());
    return next === undefined ? usualRetryMs : Math.max(1, next) * 1000;
  }
}
