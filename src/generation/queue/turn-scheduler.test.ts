import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../test/fakes/clock.ts';
import { GeneratorBusy } from '../generator.ts';
import { type Place, TurnScheduler } from './turn-scheduler.ts';

/** A scheduler whose turns take as long as they say, and a note of what began when. */
function stage({ slots = 1, limit = 10 } = {}) {
  const clock = new FakeClock(0);
  const scheduler = new TurnScheduler({ slots, limit, clock });
  const began: string[] = [];
  const ask = (name: string, seconds = 10, signal = new AbortController().signal) => {
    const places: Place[] = [];
    const [author = '', channel = ''] = name;
    const turn = { author, channel, signal, onPlace: (place: Place) => places.push(place) };
    const done = scheduler.run(turn, async () => {
      began.push(name);
      await clock.sleep(seconds * 1000);
    });
    return { places, done };
  };
  return { clock, scheduler, began, ask };
}

describe('TurnScheduler', () => {
  it('runs as many turns at once as there are slots, and then the next', async () => {
    const { clock, began, ask, scheduler } = stage({ slots: 2 });
    for (const name of ['a1', 'b1', 'c1']) ask(name);
    await clock.advance(0);
    expect(began).toEqual(['a1', 'b1']);
    expect(scheduler.load).toEqual({ waiting: 1, writing: 2 });
    await clock.advance(10_000);
    expect(began).toEqual(['a1', 'b1', 'c1']);
  });

  it('tells places as they change, and when each turn will begin', async () => {
    const { clock, ask } = stage();
    ask('a1', 10);
    await clock.advance(10_000);
    ask('b1', 10);
    ask('c1', 10);
    const { places } = ask('d1', 10);
    await clock.advance(4_000);
    expect(places.at(-1)).toEqual({ position: 2, etaSeconds: 20 });
    await clock.advance(6_000);
    expect(places.at(-1)).toEqual({ position: 1, etaSeconds: 10 });
  });

  it('tells everybody their place once, when a hundred come at the same moment', async () => {
    const { clock, ask } = stage({ limit: 100 });
    const all = Array.from({ length: 100 }, (_, index) => ask(`a${index}`));
    await clock.advance(1_000);
    const told = all.flatMap(({ places }) => places.map(({ position }) => position));
    expect(told.sort((a, b) => a - b)).toEqual(Array.from({ length: 99 }, (_, index) => index + 1));
  });

  it('lets a turn leave the queue, and the others move up', async () => {
    const { clock, ask, began, scheduler } = stage();
    const leaving = new AbortController();
    ask('a1');
    const left = ask('b1', 10, leaving.signal);
    const { places } = ask('c1');
    await clock.advance(1_000);
    leaving.abort();
    expect(await left.done).toBe(false);
    expect(places.at(-1)).toMatchObject({ position: 1 });
    expect(scheduler.load.waiting).toBe(1);
    await clock.advance(20_000);
    expect(began).toEqual(['a1', 'c1']);
  });

  it('refuses when the queue is full, and says when to come again', async () => {
    const { clock, ask } = stage({ limit: 1 });
    ask('a1', 10);
    await clock.advance(10_000);
    ask('a1', 10);
    ask('b1', 10);
    await clock.advance(4_000);
    const refused = await ask('c1').done.catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(GeneratorBusy);
    expect((refused as GeneratorBusy).retryAfterMs).toBe(6_000);
  });

  it('gives the slot on when a turn fails', async () => {
    const { clock, scheduler, ask, began } = stage();
    const turn = { author: 'x', channel: '1', signal: new AbortController().signal, onPlace: () => {} };
    const failing = scheduler.run(turn, () => Promise.reject(new Error('broken')));
    ask('a1');
    await expect(failing).rejects.toThrow('broken');
    await clock.advance(0);
    expect(began).toEqual(['a1']);
  });

  it('does not begin what was aborted before', async () => {
    const { ask, began } = stage();
    expect(await ask('a1', 1, AbortSignal.abort()).done).toBe(false);
    expect(began).toEqual([]);
  });
});
