/** A place in the queue. */
export interface Ticket {
  readonly author: string;
  readonly channel: string;
  /** Milliseconds, by the caller's clock. */
  readonly enteredAt: number;
}

/** When an author was served; 0: never, as far as is remembered. */
export interface AuthorHistory {
  running: number;
  servedAt: number;
  channels: Map<string, number>;
}

interface Channel {
  servedAt: number;
  tickets: Ticket[];
}

/** All that wait of one author, channel by channel: the one served longest ago is foremost. */
export class Line {
  readonly running: number;
  servedAt: number;
  private readonly history: AuthorHistory;
  private readonly channels = new Map<string, Channel>();
  private foremostChannel: Channel | undefined;

  constructor(history: AuthorHistory) {
    this.history = history;
    this.running = history.running;
    this.servedAt = history.servedAt;
  }

  add(ticket: Ticket): void {
    let channel = this.channels.get(ticket.channel);
    if (!channel) {
      channel = { servedAt: this.history.channels.get(ticket.channel) ?? 0, tickets: [] };
      this.channels.set(ticket.channel, channel);
      if (!this.foremostChannel || channel.servedAt < this.foremostChannel.servedAt)
        this.foremostChannel = channel;
    }
    channel.tickets.push(ticket);
  }

  /** None once all are taken. */
  get foremost(): Ticket | undefined {
    return this.foremostChannel?.tickets[0];
  }

  /** Since when the foremost one has been that. */
  get foremostSince(): number {
    return Math.max(this.foremost?.enteredAt ?? 0, this.servedAt);
  }

  takeForemost(now: number): Ticket | undefined {
    const channel = this.foremostChannel;
    const ticket = channel?.tickets.shift();
    if (channel) channel.servedAt = now;
    this.servedAt = now;
    this.foremostChannel = undefined;
    for (const each of this.channels.values())
      if (each.tickets.length > 0 && (!this.foremostChannel || each.servedAt < this.foremostChannel.servedAt))
        this.foremostChannel = each;
    return ticket;
  }
}

/** Whether a line is served before another; one whose foremost has waited for `ageCapMs` goes before all others. */
export function isBefore(one: Line, other: Line, now: number, ageCapMs: number): boolean {
  const aged = now - one.foremostSince >= ageCapMs;
  if (aged !== now - other.foremostSince >= ageCapMs) return aged;
  if (aged) return one.foremostSince < other.foremostSince;
  if (one.running !== other.running) return one.running < other.running;
  if (one.servedAt !== other.servedAt) return one.servedAt < other.servedAt;
  return (one.foremost?.enteredAt ?? 0) < (other.foremost?.enteredAt ?? 0);
}
