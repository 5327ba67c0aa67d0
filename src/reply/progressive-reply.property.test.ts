import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/clock.ts';
import {
  Death,
  fateOf,
  limits,
  openReply,
  type Saved,
  schedules,
  shownAs,
  troubles,
  write,
} from '../../test/fakes/reply-lives.ts';
import { MemorySurface } from '../../test/fakes/surface.ts';
import { fc, runs } from '../../test/support/properties.ts';

describe('ProgressiveReply under any schedule and trouble', () => {
  it('shows the last view, in order, at the pace, one call at a time', async () => {
    await fc.assert(
      fc.asyncProperty(schedules, troubles, async (schedule, list) => {
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
      runs(100),
    );
  });

  it('edits no finished message again', async () => {
    await fc.assert(
      fc.asyncProperty(schedules, async (schedule) => {
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
      runs(50),
    );
  });
});
