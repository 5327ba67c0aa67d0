import { describe, expect, it } from 'vitest';
import { done, setUpReply, writing } from '../../test/fakes/reply.ts';
import { deliverWithinMs } from './plan.ts';

describe('ProgressiveReply on a platform in trouble', () => {
  it('waits as long as the platform asks, and then sends the newest text', async () => {
    const { clock, surface, reply, texts } = setUpReply();
    reply.update(writing('one'));
    await clock.advance(1_000);
    surface.fail('rateLimited', 7_000);
    reply.update(writing('one two'));
    await clock.advance(3_000);
    reply.update(writing('one two three'));
    await clock.advance(3_999);
    expect(texts()).toEqual(['post one', 'edit one two']);
    await clock.advance(1);
    expect(texts()).toEqual(['post one', 'edit one two', 'edit one two three']);
  });

  it('goes on in a new message when the old one was deleted', async () => {
    const { clock, surface, reply, saved } = setUpReply();
    reply.update(writing('one'));
    await clock.advance(1_000);
    surface.fail('gone');
    const ended = reply.finish(done('one two'));
    await clock.advance(1_000);
    expect(await ended).toBe('delivered');
    expect(surface.visible()).toEqual(['one two']);
    expect(saved.at(-1)).toEqual([2]);
  });

  it('stops posting where every message is deleted at once', async () => {
    const { clock, surface, reply } = setUpReply({ trouble: () => ({ fault: 'gone' }) });
    for (let at = 1; at <= 9; at++) {
      reply.update(writing('one '.repeat(at)));
      await clock.advance(2_000);
    }
    expect(await reply.finish(done('one two'))).toBe('undeliverable');
    expect(surface.calls.filter(({ call }) => call === 'post')).toHaveLength(4);
  });

  it('gives up where access was lost, and calls no more', async () => {
    const { clock, surface, reply } = setUpReply();
    reply.update(writing('one'));
    await clock.advance(1_000);
    surface.fail('accessLost');
    for (const text of ['one two', 'one two three']) {
      reply.update(writing(text));
      await clock.advance(5_000);
    }
    expect(await reply.finish(done('one two three.'))).toBe('undeliverable');
    expect(surface.calls).toHaveLength(2);
  });

  it('keeps trying the last edit for ten minutes, ever less often', async () => {
    let isDown = false;
    const { clock, surface, reply } = setUpReply({ trouble: () => (isDown ? { fault: 'unavailable' } : {}) });
    reply.update(writing('one'));
    await clock.advance(1_000);
    isDown = true;
    const ended = reply.finish(done('one two'));
    await clock.advance(deliverWithinMs - 20_000);
    expect(surface.calls.length).toBeGreaterThanOrEqual(40);
    expect(surface.calls.length).toBeLessThan(60);
    isDown = false;
    await clock.advance(20_000);
    expect(await ended).toBe('delivered');
    expect(surface.visible()).toEqual(['one two']);
  });

  it('tells what can’t be delivered in time', async () => {
    const { clock, reply } = setUpReply({ trouble: () => ({ fault: 'dropped' }) });
    const ended = reply.finish(done('one'));
    await clock.advance(deliverWithinMs + 1);
    expect(await ended).toBe('undeliverable');
  });

  it('does not wait for a pause that is longer than that', async () => {
    const { clock, surface, reply } = setUpReply();
    surface.fail('rateLimited', 3_600_000);
    const ended = reply.finish(done('one'));
    await clock.advance(0);
    expect(await ended).toBe('undeliverable');
  });
});
