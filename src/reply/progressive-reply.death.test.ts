import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/clock.ts';
import {
  Death,
  fateOf,
  limits,
  openReply,
  passingTroubles,
  type Saved,
  schedules,
  shownAs,
  troubles,
  write,
} from '../../test/fakes/reply-lives.ts';
import { MemorySurface, type Trouble } from '../../test/fakes/surface.ts';
import { fc, runs } from '../../test/support/properties.ts';

/** Awaits until a process dies, and what it would have written. */
const lives = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), schedules), { minLength: 1, maxLength: 3 });
type Lives = typeof lives extends fc.Arbitrary<infer T> ? T : never;

/** Lives that end at some await, one after the other, and one that reaches the end of the story. */
async function live(earlier: Lives, schedule: Lives[number][1], list: Trouble[]) {
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
  expect(surface.violations).toEqual([]);
  return {
    visible: surface.visible(),
    expected: shownAs(view, surface),
    ids: surface.ids(),
    refs: saved.refs,
  };
}

describe('ProgressiveReply in processes that die', () => {
  it('ends with the right messages', async () => {
    await fc.assert(
      fc.asyncProperty(lives, schedules, passingTroubles, async (earlier, schedule, list) => {
        const { visible, expected, ids, refs } = await live(earlier, schedule, list);
        expect(visible).toEqual(expected);
        expect(refs).toEqual(ids);
      }),
      runs(100),
    );
  });

  it('lacks at most what somebody deleted, and keeps the order', async () => {
    await fc.assert(
      fc.asyncProperty(lives, schedules, troubles, async (earlier, schedule, list) => {
        const { visible, expected } = await live(earlier, schedule, list);
        expect(visible.at(-1)).toBe(expected.at(-1));
        expect(visible).toEqual(expected.filter((message) => visible.includes(message)));
      }),
      runs(100),
    );
  });
});
