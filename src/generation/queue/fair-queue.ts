import { type AuthorHistory, isBefore, Line, type Ticket } from './line.ts';

interface FairQueueOptions {
  /** Tickets that may wait. */
  limit: number;
  /** Whoever has waited so long as the foremost of their author goes before all others. */
  ageCapMs: number;
}

/** How long an author who has nothing waiting is remembered. */
const memoryMs = 10 * 60_000;

/**
 * Who is next: the author with the fewest turns running, then the one served longest ago, and within an author the
 * channel served longest ago. So a newcomer waits for no more than the turns in progress, however many prompts
 * others have queued; and newcomers can't hold anybody up for longer than the age cap. Pure: it holds no timer.
 */
export class FairQueue {
  private readonly options: FairQueueOptions;
  /** In the order in which they came. */
  private readonly waiting = new Set<Ticket>();
  private readonly authors = new Map<string, AuthorHistory>();

  constructor(options: FairQueueOptions) {
    this.options = options;
  }

  get length(): number {
    return this.waiting.size;
  }

  get full(): boolean {
    return this.waiting.size >= this.options.limit;
  }

  enter(author: string, channel: string, now: number): Ticket {
    const ticket = { author, channel, enteredAt: now };
    this.waiting.add(ticket);
    return ticket;
  }

  /** Takes a ticket back, as when its request is aborted. */
  leave(ticket: Ticket): void {
    this.waiting.delete(ticket);
  }

  /** Starts the turn of whoever is next. {@link finished} must follow. */
  next(now: number): Ticket | undefined {
    const ticket = this.takeForemost(this.lines(), now);
    if (!ticket) return undefined;
    this.leave(ticket);
    const history = this.historyOf(ticket.author);
    history.running++;
    history.servedAt = now;
    history.channels.set(ticket.channel, now);
    this.authors.set(ticket.author, history);
    return ticket;
  }

  /** The turn of a ticket that {@link next} gave is over. */
  finished(ticket: Ticket, now: number): void {
    this.historyOf(ticket.author).running--;
    this.forgetOld(now);
  }

  /** The waiting tickets in the order in which they would be served if nobody else came. */
  order(now: number): Ticket[] {
    const lines = this.lines();
    const order: Ticket[] = [];
    for (let at = now; order.length < this.waiting.size; at++) {
      const ticket = this.takeForemost(lines, at);
      if (ticket) order.push(ticket);
    }
    return order;
  }

  private lines(): Line[] {
    const lines = new Map<string, Line>();
    for (const ticket of this.waiting) {
      const line = lines.get(ticket.author) ?? new Line(this.historyOf(ticket.author));
      lines.set(ticket.author, line);
      line.add(ticket);
    }
    return [...lines.values()];
  }

  private takeForemost(lines: readonly Line[], now: number): Ticket | undefined {
    let first: Line | undefined;
    for (const line of lines)
      if (line.foremost && (!first || isBefore(line, first, now, this.options.ageCapMs))) first = line;
    return first?.takeForemost(now);
  }

  private historyOf(author: string): AuthorHistory {
    return this.authors.get(author) ?? { running: 0, servedAt: 0, channels: new Map() };
  }

  private forgetOld(now: number): void {
    for (const [author, { running, servedAt, channels }] of this.authors) {
      if (running === 0 && now - servedAt > memoryMs) this.authors.delete(author);
      for (const [channel, channelServedAt] of channels)
        if (now - channelServedAt > memoryMs) channels.delete(channel);
    }
  }
}
