import { describe, expect, it } from 'vitest';
import { partsOf, type ReplyView } from '../src/reply/parts.ts';
import { ProgressiveReply } from '../src/reply/progressive-reply.ts';
import { nastyTexts } from '../src/reply/surface.contract.ts';
import type { MessageRef, SurfaceLimits } from '../src/reply/surface.ts';
import { FakeClock } from './fakes/clock.ts';
import { MemorySurface, type RecordedCall, type Trouble } from './fakes/surface.ts';

const stories = 50;
const channels = 20;
/** Messages as short and as slow as on a strict platform; characters that it escapes count double. */
const limits: SurfaceLimits = {
  maxLength: 600,
  minEditIntervalMs: 1_200,
  measure: (text) => text.length + (text.match(/[*_`<>~|\\]/g)?.length ?? 0),
};

/** Random numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A platform on a bad day: every second call is slow, every fourth goes wrong somehow. */
function badDay(random: () => number): () => Trouble {
  return () => {
    const delayMs = random() < 0.5 ? Math.floor(random() * 4_000) : 0;
    const kind = random();
    if (kind < 0.08) return { delayMs, fault: 'rateLimited', retryAfterMs: Math.floor(random() * 10_000) };
    if (kind < 0.14) return { delayMs, fault: 'unavailable' };
    if (kind < 0.2) return { delayMs, fault: 'dropped' };
    if (kind < 0.25) return { delayMs, lostAnswer: true };
    return { delayMs };
  };
}

interface Told {
  surface: MemorySurface;
  view: ReplyView;
  outcome: string;
  refs: MessageRef[];
  updates: number;
}

/** Tells one story as a turn does: waiting, then 20 numbered words a second, then the last view. */
async function tell(id: string, clock: FakeClock, random: () => number): Promise<Told> {
  const surface = new MemorySurface({ clock, limits, trouble: badDay(random) });
  let refs: MessageRef[] = [];
  const reply = new ProgressiveReply({
    surface,
    clock,
    key: id,
    random,
    saveRefs: async (saved) => {
      await clock.sleep(Math.floor(random() * 20));
      if (random() < 0.1) throw new Error('The database is away');
      refs = saved;
    },
  });
  const stop = [{ action: 'stop', turnId: id, label: 'Stop' } as const];
  for (let position = Math.floor(random() * 4); position > 0; position--) {
    reply.update({ text: '', note: `${position} before you…`, phase: 'waiting', buttons: stop });
    await clock.sleep(random() * 3_000);
  }
  let text = '';
  const words = 20 + Math.floor(random() * 300);
  for (let word = 0; word < words; word++) {
    const nasty = nastyTexts[Math.floor(random() * nastyTexts.length)]?.replace(/\d/g, '');
    text += `#${word} ${random() < 0.05 ? nasty : 'word'}${random() < 0.1 ? '.\n\n' : ' '}`;
    reply.update({ text, phase: 'writing', buttons: stop });
    await clock.sleep(50);
  }
  const buttons = [{ action: 'continue', turnId: id, label: 'Continue' } as const];
  const view: ReplyView = { text, phase: 'done', buttons, ...(random() < 0.3 ? { note: 'Stopped.' } : {}) };
  return { surface, view, outcome: await reply.finish(view), refs, updates: words };
}

async function tellAll(seed: number): Promise<{ told: Told[]; clock: FakeClock }> {
  const clock = new FakeClock();
  const waiting = Array.from({ length: stories }, (_, at) => at);
  const told: Told[] = [];
  const channel = async () => {
    for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
      told.push(await tell(`story ${at}`, clock, randomOf(seed * 1_000 + at)));
    }
  };
  const all = Promise.all(Array.from({ length: channels }, channel));
  while (told.length < stories) await clock.advance(10_000);
  await all;
  return { told, clock };
}

/** Each call shows at least the words of the one before, and a finished part is never written to again. */
function expectNoStale(calls: RecordedCall[]): void {
  const finished = new Set<number>();
  let newest = -1;
  for (const { part } of calls) {
    if (part?.phase === 'done') finished.add(part.index);
    else {
      const word = Number(part?.text.match(/#\d+/g)?.at(-1)?.slice(1) ?? -1);
      expect(word).toBeGreaterThanOrEqual(newest);
      expect(finished).not.toContain(part?.index);
      newest = word;
    }
  }
}

describe.each([1, 2, 3])('50 stories over 20 channels on a bad day, seed %i', (seed) => {
  it('all end with the last view, never going back, never in a hurry', async () => {
    const { told, clock } = await tellAll(seed);
    expect(clock.sleeping).toBe(0);
    for (const { surface, view, outcome, refs } of told) {
      const parts = partsOf(view, limits);
      expect(outcome).toBe('delivered');
      expect(surface.visible()).toEqual(parts.map(({ text, note }) => (note ? `${text}\n${note}` : text)));
      expect(surface.buttons()).toHaveLength(parts.length);
      expect(surface.buttons().flat()).toHaveLength(1);
      expect(refs).toEqual(surface.ids());
      expect(surface.violations).toEqual([]);
      expect(surface.smallestGap()).toBeGreaterThanOrEqual(limits.minEditIntervalMs);
      expectNoStale(surface.calls);
    }
    const calls = told.flatMap(({ surface }) => surface.calls);
    const outcomes = new Set(calls.map(({ outcome }) => outcome));
    expect(outcomes).toEqual(new Set(['ok', 'rateLimited', 'unavailable', 'dropped']));
    const updates = told.reduce((sum, { updates: count }) => sum + count, 0);
    expect(calls.length).toBeLessThan(updates / 10);
  });
});
