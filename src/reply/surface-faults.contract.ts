import { describe, expect, it } from 'vitest';
import type { SurfaceFault, SurfaceFixture, SurfaceTraits } from './surface.contract.ts';
import { AccessLost, MessageGone, RateLimited, type ReplyPart } from './surface.ts';

const allFaults: SurfaceFault[] = ['rateLimited', 'gone', 'accessLost', 'unavailable', 'dropped'];

/** The part of the surface contract that is about a platform's troubles. */
export function describeFaults(
  current: () => SurfaceFixture,
  part: (change?: Partial<ReplyPart>) => ReplyPart,
  traits: SurfaceTraits,
): void {
  const faults = new Set(traits.faults ?? allFaults);
  const later = part({ text: 'Later' });
  const failure = async (call: Promise<unknown>): Promise<unknown> => {
    const value = await call.then(
      () => undefined,
      (error: unknown) => error ?? 'thrown',
    );
    expect(value, 'the call fails').toBeDefined();
    return value;
  };

  it.skipIf(!faults.has('rateLimited'))(
    "names the platform's pause when there were too many requests",
    async () => {
      const { surface, fail, visible } = current();
      const ref = await surface.post(part());
      await fail('rateLimited', 3_000);
      const error = await failure(surface.edit(ref, later));
      expect(error).toBeInstanceOf(RateLimited);
      expect((error as RateLimited).retryAfterMs).toBeGreaterThanOrEqual(3_000);
      expect((error as RateLimited).retryAfterMs).toBeLessThan(5_000);
      expect((await visible()).map((text) => text.trim())).toEqual(['Once upon a time']);
    },
  );

  it.skipIf(!faults.has('rateLimited'))('posts nothing when there were too many requests', async () => {
    const { surface, fail, visible } = current();
    await fail('rateLimited', 3_000);
    expect(await failure(surface.post(part()))).toBeInstanceOf(RateLimited);
    expect(await visible()).toEqual([]);
  });

  it.skipIf(!faults.has('gone'))('says that a deleted message is gone, and can post anew', async () => {
    const { surface, fail, visible } = current();
    const ref = await surface.post(part());
    await fail('gone');
    expect(await failure(surface.edit(ref, later))).toBeInstanceOf(MessageGone);
    await surface.post(part({ text: 'Anew', nonce: 'nonce-anew' }));
    expect((await visible()).map((text) => text.trim())).toEqual(['Anew']);
  });

  it.skipIf(!traits.finishesByPosting)('has a finished message posted anew', async () => {
    const { surface, visible } = current();
    const ref = await surface.post(part());
    expect(await failure(surface.edit(ref, part({ phase: 'done' })))).toBeInstanceOf(MessageGone);
    await surface.post(part({ text: 'Whole', phase: 'done', nonce: 'nonce-anew' }));
    expect((await visible()).map((text) => text.trim())).toEqual(['Whole']);
  });

  describe.skipIf(!faults.has('accessLost'))('without permission', () => {
    it('says so to an edit', async () => {
      const { surface, fail } = current();
      const ref = await surface.post(part());
      await fail('accessLost');
      expect(await failure(surface.edit(ref, later))).toBeInstanceOf(AccessLost);
    });

    it('says so to a post', async () => {
      const { surface, fail } = current();
      await fail('accessLost');
      expect(await failure(surface.post(part()))).toBeInstanceOf(AccessLost);
    });
  });

  const passing = (['unavailable', 'dropped'] as const).filter((fault) => faults.has(fault));
  it.each(passing)('throws an ordinary error and works again afterwards: %s', async (fault) => {
    const { surface, fail, visible } = current();
    const ref = await surface.post(part());
    await fail(fault);
    const error = await failure(surface.edit(ref, later));
    expect(error).toBeInstanceOf(Error);
    for (const known of [RateLimited, MessageGone, AccessLost]) expect(error).not.toBeInstanceOf(known);
    await surface.edit(ref, later);
    expect((await visible()).map((text) => text.trim())).toEqual(['Later']);
  });
}
