import { partsOf, type ReplyView } from '../../src/reply/parts.ts';
import { ProgressiveReply } from '../../src/reply/progressive-reply.ts';
import type { MessageRef, ReplySurface } from '../../src/reply/surface.ts';
import { fc } from '../support/properties.ts';
import type { FakeClock } from './clock.ts';
import type { MemorySurface, Trouble } from './surface.ts';

/** Small, so that short texts need several messages. */
export const limits = { maxLength: 40, minEditIntervalMs: 1_000 };

/** Trouble after which the same call may work. */
const passingTrouble: fc.Arbitrary<Trouble> = fc.record(
  {
    fault: fc.constantFrom('rateLimited', 'unavailable', 'dropped'),
    lostAnswer: fc.constant(true),
    retryAfterMs: fc.integer({ min: 0, max: 5_000 }),
    delayMs: fc.integer({ min: 0, max: 3_000 }),
  },
  { requiredKeys: [] },
);
/** Trouble call by call. Every seventh works: a message that can't be removed in eight tries stays where it is. */
export const passingTroubles = fc
  .array(passingTrouble, { maxLength: 20, size: 'max' })
  .map((list) => list.map((trouble, at): Trouble => (at % 7 === 6 ? {} : trouble)));
/** Passing trouble, and up to three messages deleted by somebody. */
export const troubles = fc
  .tuple(passingTroubles, fc.subarray([1, 4, 9]))
  .map(([list, gone]) =>
    list.map((trouble, at): Trouble => (gone.includes(at) ? { fault: 'gone' } : trouble)),
  );

/** A step of a schedule of writing. */
export interface Chunk {
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
export const schedules = fc.array(chunk, { maxLength: 15, size: 'max' });

/** Life ends at some await: what was awaited may have been done, and nobody hears of it. */
export class Death {
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
export interface Saved {
  text: string;
  refs: MessageRef[];
}

/** A reply as a process of its own would make it: of nothing but what the database holds. */
export function openReply(
  surface: MemorySurface,
  clock: FakeClock,
  saved: Saved,
  death: Death,
  isFirst: boolean,
) {
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
export async function write(
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

/** What people should read. */
export const shownAs = (view: ReplyView, surface: MemorySurface) =>
  partsOf(view, surface.limits).map(({ text, note }) => [text, note].filter(Boolean).join('\n'));

/** The trouble of each call, one after the other. */
export const fateOf = (list: Trouble[]) => {
  const left = [...list];
  return () => left.shift() ?? {};
};
