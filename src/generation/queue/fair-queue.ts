/** A place in the queue. */
export interface Ticket {
  readonly author: string;
  readonly channel: string;
  /** Milliseconds, by the caller's clock. */
  readonly enteredAt: number;
}

interface AuthorHistory {
  running: number;
  /** When the author's last turn began; 0: none that is remembered. */
  servedAt: number;
}

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
  private waiting: Ticket[] = [];
  private readonly authors = new Map<string, AuthorHistory>();
  private readonly channels = new Map<string, number>();

  constructor(options: FairQueueOptions) {
    this.options = options;
  }

  get length(): number {
    return this.waiting.length;
  }

  get full(): boolean {
    return this.waiting.length >= this.options.limit;
  }

  enter(author: string, channel: string, now: number): Ticket {
    const ticket = { author, channel, enteredAt: now };
    this.waiting.push(ticket);
    return ticket;
  }

  /** Takes a ticket back, as when its request is aborted. */
  leave(ticket: Ticket): void {
    this.waiting = this.waiting.filter((other) => other !== ticket);
  }

  /** Starts the turn of whoever is next. {@link finished} must follow. */
  next(now: number): Ticket | undefined {
    const ticket = foremost(this.waiting, this.authors, this.channels, now, this.options.ageCapMs);
    if (!ticket) return undefined;
    this.leave(ticket);
    const { running } = this.historyOf(ticket.author);
    this.authors.set(ticket.author, { running: running + 1, servedAt: now });
    this.channels.set(channelKey(ticket), now);
    return ticket;
  }

  /** The turn of a ticket that {@link next} gave is over. */
  finished(ticket: Ticket, now: number): void {
    const history = this.historyOf(ticket.author);
    this.authors.set(ticket.author, { ...history, running: Math.max(0, history.running - 1) });
    this.forgetOld(now);
  }

  /** The waiting tickets in the order in which they would be served if nobody else came. */
  order(now: number): Ticket[] {
    const authors = new Map(this.authors);
    const channels = new Map(this.channels);
    let rest = this.waiting;
    const order: Ticket[] = [];
    for (let at = now; rest.length > 0; at++) {
      const ticket = foremost(rest, authors, channels, at, this.options.ageCapMs);
      if (!ticket) break;
      order.push(ticket);
      rest = rest.filter((other) => other !== ticket);
      const running = authors.get(ticket.author)?.running ?? 0;
      authors.set(ticket.author, { running, servedAt: at });
      channels.set(channelKey(ticket), at);
    }
    return order;
  }

  private historyOf(author: string): AuthorHistory {
    return this.authors.get(author) ?? { running: 0, servedAt: 0 };
  }

  private forgetOld(now: number): void {
    for (const [author, { running, servedAt }] of this.authors)
      if (running === 0 && now - servedAt > memoryMs) this.authors.delete(author);
    for (const [channel, servedAt] of this.channels)
      if (now - servedAt > memoryMs) this.channels.delete(channel);
  }
}

function channelKey(ticket: Ticket): string {
  return JSON.stringify([ticket.author, ticket.channel]);
}

function foremost(
  waiting: readonly Ticket[],
  authors: ReadonlyMap<string, AuthorHistory>,
  channels: ReadonlyMap<string, number>,
  now: number,
  ageCapMs: number,
): Ticket | undefined {
  const foremostOf = new Map<string, Ticket>();
  const channelServed = (ticket: Ticket) => channels.get(channelKey(ticket)) ?? 0;
  for (const ticket of waiting) {
    const other = foremostOf.get(ticket.author);
    if (!other || channelServed(ticket) < channelServed(other)) foremostOf.set(ticket.author, ticket);
  }
  const rank = (ticket: Ticket) => {
    const { running = 0, servedAt = 0 } = authors.get(ticket.author) ?? {};
    const foremostSince = Math.max(ticket.enteredAt, servedAt);
    const aged = now - foremostSince >= ageCapMs;
    return aged ? [0, foremostSince, 0, 0] : [1, running, servedAt, ticket.enteredAt];
  };
  let best: Ticket | undefined;
  for (const ticket of foremostOf.values()) if (!best || before(rank(ticket), rank(best))) best = ticket;
  return best;
}

function before(a: readonly number[], b: readonly number[]): boolean {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? 0;
    if (value !== other) return value < other;
  }
  return false;
}
