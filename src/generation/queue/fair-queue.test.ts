import { describe, expect, it } from 'vitest';
import { fc } from '../../../test/support/properties.ts';
import { FairQueue } from './fair-queue.ts';
import type { Ticket } from './line.ts';

const queue = (limit = 256, ageCapMs = 60_000) => new FairQueue({ limit, ageCapMs });
const names = (tickets: Ticket[]) => tickets.map((ticket) => `${ticket.author}${ticket.channel}`);

/** Serves all that wait, one at a time, each turn taking a second. */
function serveAll(fair: FairQueue, from: number): string[] {
  const served: Ticket[] = [];
  for (let now = from; ; now += 1_000) {
    const ticket = fair.next(now);
    if (!ticket) return names(served);
    served.push(ticket);
    fair.finished(ticket, now + 1_000);
  }
}

describe('FairQueue', () => {
  it('is in order for one author in one channel', () => {
    const fair = queue();
    const tickets = [1, 2, 3].map((now) => fair.enter('a', '1', now));
    expect([fair.next(10), fair.next(11), fair.next(12), fair.next(13)]).toEqual([...tickets, undefined]);
  });

  it('goes round between authors, then between their channels', () => {
    const fair = queue();
    for (const [author, channel] of ['a1', 'a1', 'a2', 'b1', 'b1', 'c1'].map((name) => [...name]))
      fair.enter(author ?? '', channel ?? '', 0);
    expect(serveAll(fair, 1_000)).toEqual(['a1', 'b1', 'c1', 'a2', 'b1', 'a1']);
  });

  it("lets another's first prompt wait for no more than the turn in progress, behind a hundred prompts", () => {
    const fair = queue();
    for (let count = 0; count < 100; count++) fair.enter('flood', '1', 0);
    const inProgress = fair.next(1) as Ticket;
    const newcomer = fair.enter('new', '1', 2);
    fair.finished(inProgress, 500);
    expect(fair.next(500)).toBe(newcomer);
  });

  it('gives a free slot to an author who has none before one who has', () => {
    const fair = queue();
    fair.enter('a', '1', 0);
    fair.enter('a', '2', 0);
    fair.next(1);
    fair.enter('b', '1', 2);
    expect(fair.next(3)?.author).toBe('b');
  });

  it('serves whoever waited too long, however many newcomers there are', () => {
    const fair = queue(256, 10_000);
    fair.enter('a', '1', 1_000);
    fair.finished(fair.next(1_000) as Ticket, 2_000);
    const second = fair.enter('a', '1', 2_000);
    const served: Ticket[] = [];
    for (let now = 2_000; !served.includes(second) && now < 60_000; now += 1_000) {
      fair.enter(`new-${now}`, '1', now);
      const ticket = fair.next(now) as Ticket;
      served.push(ticket);
      fair.finished(ticket, now);
    }
    expect(served.indexOf(second)).toBe(10);
  });

  it('is full at its limit, and has room again when somebody leaves', () => {
    const fair = queue(2);
    const ticket = fair.enter('a', '1', 0);
    fair.enter('b', '1', 0);
    expect(fair.full).toBe(true);
    fair.leave(ticket);
    expect(fair.full).toBe(false);
    expect(fair.length).toBe(1);
  });

  it('tells the order in which all are served then', () => {
    const entry = fc.record({ author: fc.constantFrom('a', 'b', 'c'), channel: fc.constantFrom('1', '2') });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 25 }), (entries) => {
        const fair = queue();
        for (const { author, channel } of entries) fair.enter(author, channel, 0);
        const told = names(fair.order(1_000));
        expect(told).toHaveLength(entries.length);
        expect(serveAll(fair, 1_000)).toEqual(told);
      }),
    );
  });
});
