import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/clock.ts';
import { MemorySurface, type Trouble } from '../../test/fakes/surface.ts';
import { partsOf, type ReplyView } from './parts.ts';
import { ProgressiveReply } from './progressive-reply.ts';
import type { MessageRef, ReplySurface } from './surface.ts';

const limits = { maxLength: 40, minEditIntervalMs: 1_000 };

const passingTrouble: fc.Arbitrary<Trouble> = fc.record(
  {
    fault: fc.constantFrom('rateLimited', 'unavailable', 'dropped'),
    lostAnswer: fc.constant(true),
    retryAfterMs: fc.integer({ min: 0, max: 5_000 }),
    delayMs: fc.integer({ min: 0, max: 3_000 }),
  },
  { requiredKeys: [] },
);
const troubles = fc
  .tuple(fc.array(passingTrouble, { maxLength: 20, size: 'max' }), fc.subarray([1, 4, 9]))
  .map(([list, gone]) =>
    list.map((trouble, at): Trouble => (gone.includes(at) ? { fault: 'gone' } : trouble)),
  );

interface Chunk {
  words: number;
  pauseMs: number;
  /** The text is saved after it. */
  saved: boolean;
}
const chunk: fc.Arbitrary<Chunk> = fc.record({
  words: fc.integer({ min: 0, max: 6 }),
  pauseMs: fc.integer({ min: 0, max: 2_500 }),
  saved: fc.boolean(),
});
const chunks = fc.array(chunk, { maxLength: 15, size: 'max' });

/** Life ends at some await: what was awaited may have been done, and nobody hears of it. */
class Death {
  private left: number;
  constructor(awaits: number) {
    this.left = awaits;
  }
  get isOver(): boolean {
    return this.left < 0;
  }
  async pass(): Promise<void> {
    if (this.isOver || --this.left < 0) await new Promise<never>(() => {});
  }
  /** What is awaited, with a chance to die before and after. */
  async during<T>(work: () => T | Promise<T>): Promise<T> {
    await this.pass();
    const value = await work();
    await this.pass();
    return value;
  }
}

/** What the database holds. */
interface Saved {
  text: string;
  refs: MessageRef[];
}

function openReply(surface: MemorySurface, clock: FakeClock, saved: Saved, death: Death, isFirst: boolean) {
  const mortal: ReplySurface = {
    limits: surface.limits,
    post: (part) => death.during(() => surface.post(part)),
    edit: (ref, part) => death.during(() => surface.edit(ref, part)),
    remove: (ref) => death.during(() => surface.remove(ref)),
    attach: (file) => surface.attach(file),
  };
  const life = { text: saved.text };
  const saveRefs = (refs: MessageRef[]) =>
    death.during(() => void Object.assign(saved, { refs, text: life.text }));
  const resume = isFirst ? {} : { resume: structuredClone(saved) };
  const reply = new ProgressiveReply({
    surface: mortal,
    clock,
    key: 'turn',
    saveRefs,
    random: () => 0.5,
    ...resume,
  });
  return { reply, life };
}

/** Writes on from the saved text, in words of this life's own, until death or the end of the schedule. */
async function write(
  { reply, life }: ReturnType<typeof openReply>,
  clock: FakeClock,
  saved: Saved,
  death: Death,
  schedule: Chunk[],
  name: string,
): Promise<ReplyView> {
  let word = 0;
  for (const { words, pauseMs, saved: isSaved } of schedule) {
    if (death.isOver) break;
    for (let at = 0; at < words; at++) life.text += `${name}${word++} `;
    reply.update({ text: life.text, phase: 'writing', buttons: [] });
    if (isSaved) saved.text = life.text;
    await clock.advance(pauseMs);
  }
  return { text: life.text, note: 'Stopped.', phase: 'done', buttons: [] };
}

const shownAs = (view: ReplyView, surface: MemorySurface) =>
  partsOf(view, surface.limits).map(({ text, note }) => [text, note].filter(Boolean).join('\n'));

const fateOf = (list: Trouble[]) => {
  const left = [...list];
  return () => left.shift() ?? {};
};

describe('ProgressiveReply under any schedule and trouble', () => {
  it('shows the last view, in order, at the pace, one call at a time', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, troubles, async (schedule, list) => {
        const clock = new FakeClock();
        const surface = new MemorySurface({ clock, limits, trouble: fateOf(list) });
        const saved: Saved = { text: '', refs: [] };
        const never = new Death(Infinity);
        const life = openReply(surface, clock, saved, never, true);
        const view = await write(life, clock, saved, never, schedule, 'w');
        const ended = life.reply.finish(view);
        await clock.advance(300_000);
        expect(await ended).toBe('delivered');
        expect(surface.visible()).toEqual(shownAs(view, surface));
        expect(saved.refs).toEqual(surface.ids());
        expect(surface.violations).toEqual([]);
        expect(surface.smallestGap()).toBeGreaterThanOrEqual(limits.minEditIntervalMs);
        for (const nonce of new Set(surface.calls.map(({ part }) => part?.nonce))) {
          const texts = surface.calls.flatMap(({ part }) =>
            part?.nonce === nonce ? [part?.text ?? ''] : [],
          );
          for (const [at, text] of texts.entries()) expect(text.startsWith(texts[at - 1] ?? '')).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('edits no finished message again', async () => {
    await fc.assert(
      fc.asyncProperty(chunks, async (schedule) => {
        const clock = new FakeClock();
        const surface = new MemorySurface({ clock, limits });
        const saved: Saved = { text: '', refs: [] };
        const never = new Death(Infinity);
        const life = openReply(surface, clock, saved, never, true);
        const ended = life.reply.finish(await write(life, clock, saved, never, schedule, 'w'));
        await clock.advance(300_000);
        await ended;
        const ids = surface.calls.map(({ id }) => id ?? 0);
        expect(ids).toEqual([...ids].sort((a, b) => a - b));
      }),
      { numRuns: 50 },
    );
  });

  it('ends with the right messages whenever its process dies', async () => {
    const lives = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), chunks), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(
        lives,
        chunks,
        fc.array(passingTrouble, { maxLength: 20, size: 'max' }),
        async (earlier, schedule, list) => {
          const clock = new FakeClock();
          const surface = new MemorySurface({ clock, limits, trouble: fateOf(list) });
          const saved: Saved = { text: '', refs: [] };
          for (const [at, [awaits, ownSchedule]] of earlier.entries()) {
            const death = new Death(awaits);
            const life = openReply(surface, clock, saved, death, at === 0);
            await write(life, clock, saved, death, ownSchedule, `life${at}`);
            void life.reply.close();
            await clock.advance(30_000);
          }
          const never = new Death(Infinity);
          const life = openReply(surface, clock, saved, never, false);
          const view = await write(life, clock, saved, never, schedule, 'last');
          const ended = life.reply.finish(view);
          await clock.advance(300_000);
          expect(await ended).toBe('delivered');
          expect(surface.visible()).toEqual(shownAs(view, surface));
          expect(saved.refs).toEqual(surface.ids());
          expect(surface.violations).toEqual([]);
        },
      ),
      { numRuns: 200 },
    );
  });
});
