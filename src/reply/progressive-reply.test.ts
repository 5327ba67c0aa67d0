import { describe, expect, it } from 'vitest';
import { done, setUpReply, stop, writing } from '../../test/fakes/reply.ts';
import { soon } from '../../test/support/soon.ts';
import { systemClock } from '../ops/clock.ts';
import { noteAfterMs } from './plan.ts';

describe('ProgressiveReply', () => {
  it('posts the first text at once, and then the newest at the platform’s pace', async () => {
    const { clock, surface, reply, texts } = setUpReply();
    let text = '';
    for (let at = 0; at < 30; at++) {
      text += `w${at} `;
      reply.update(writing(text));
      await clock.advance(100);
    }
    const ended = reply.finish(done(text));
    await clock.advance(5_000);
    expect(await ended).toBe('delivered');
    expect(texts()[0]).toBe('post w0');
    expect(surface.calls).toHaveLength(5);
    expect(surface.smallestGap()).toBeGreaterThanOrEqual(1_000);
    expect(surface.visible()).toEqual([text.trim()]);
    expect(surface.buttons()).toEqual([[]]);
  });

  it('takes a thousand updates between two edits', async () => {
    const { clock, surface, reply } = setUpReply();
    for (let at = 1; at <= 1_000; at++) reply.update(writing('a'.repeat(at % 150)));
    await clock.advance(0);
    for (let at = 1; at <= 1_000; at++) reply.update(writing('b'.repeat(100)));
    await clock.advance(10_000);
    expect(surface.calls).toHaveLength(2);
    expect(surface.visible()).toEqual(['b'.repeat(100)]);
  });

  it('sends nothing that is shown already', async () => {
    const { clock, surface, reply } = setUpReply();
    reply.update(writing('A fox.'));
    await clock.advance(5_000);
    reply.update(writing('A fox.'));
    await clock.advance(5_000);
    expect(surface.calls).toHaveLength(1);
  });

  it('holds a note back while text may come soon', async () => {
    const { clock, surface, reply } = setUpReply();
    reply.update({ text: '', note: 'Thinking…', phase: 'waiting', buttons: stop });
    await clock.advance(noteAfterMs - 1);
    expect(surface.calls).toEqual([]);
    reply.update(writing('A'));
    await clock.advance(0);
    expect(surface.visible()).toEqual(['A']);
  });

  it('shows a note after a while, then the text in its place', async () => {
    const { clock, surface, reply } = setUpReply();
    reply.update({ text: '', note: 'You are next…', phase: 'waiting', buttons: stop });
    await clock.advance(noteAfterMs);
    expect(surface.visible()).toEqual(['You are next…']);
    reply.update(writing('A fox.'));
    await clock.advance(1_000);
    expect(surface.visible()).toEqual(['A fox.']);
  });

  it('spreads a long text over messages, the buttons under the last', async () => {
    const { clock, surface, reply, saved } = setUpReply();
    const words = Array.from({ length: 100 }, (_, at) => `word${at}`);
    let text = '';
    for (const word of words) {
      text += `${word} `;
      reply.update(writing(text));
      await clock.advance(150);
    }
    const ended = reply.finish({ ...done(text, 'Stopped.'), buttons: stop });
    await clock.advance(10_000);
    expect(await ended).toBe('delivered');
    const shown = surface.visible();
    expect(shown.length).toBe(4);
    expect(shown.join(' ')).toBe(`${text.trim()}\nStopped.`);
    expect(surface.buttons().map((buttons) => buttons.length)).toEqual([0, 0, 0, 1]);
    expect(saved.at(-1)).toEqual([1, 2, 3, 4]);
    for (const id of [1, 2, 3]) {
      const lastEdit = surface.calls.findLastIndex((call) => call.id === id);
      const nextPost = surface.calls.findIndex((call) => call.id === id + 1);
      expect(lastEdit).toBeLessThan(nextPost);
    }
  });

  it('saves references before any further call, and again when that fails', async () => {
    const log: string[] = [];
    let failures = 2;
    const { clock, surface, reply } = setUpReply({
      saveRefs: async (refs) => {
        log.push(`save ${JSON.stringify(refs)} after ${surface.calls.length}`);
        if (failures-- > 0) throw new Error('The database is down');
      },
    });
    reply.update(writing('one'));
    reply.update(writing('one two'));
    await clock.advance(10_000);
    reply.update(writing('one two three'));
    await clock.advance(10_000);
    expect(log).toEqual(['save [1] after 1', 'save [1] after 1', 'save [1] after 1']);
    expect(surface.visible()).toEqual(['one two three']);
  });

  it('stops when it is closed, and when the signal of its end aborts', async () => {
    const closed = setUpReply();
    closed.reply.update(writing('one'));
    await closed.clock.advance(100);
    await closed.reply.close();
    expect(await closed.reply.finish(done('one two'))).toBe('undeliverable');
    expect(closed.surface.visible()).toEqual(['one']);

    const { clock, surface, reply } = setUpReply({ trouble: () => ({ fault: 'unavailable' }) });
    const abort = new AbortController();
    const ended = reply.finish(done('one'), abort.signal);
    await clock.advance(5_000);
    abort.abort();
    expect(await ended).toBe('undeliverable');
    expect(clock.sleeping).toBe(0);
    expect(surface.visible()).toEqual([]);
  });

  it('tells of calls and of the first text', async () => {
    const told: string[] = [];
    const { clock, surface, reply } = setUpReply({
      onCall: (call, outcome, error) =>
        told.push(`${call} ${outcome} ${error instanceof Error ? error.name : ''}`),
      onFirstText: () => told.push('first text'),
    });
    reply.update({ text: '', note: 'Thinking…', phase: 'waiting', buttons: [] });
    await clock.advance(2_000);
    surface.fail('rateLimited');
    reply.update(writing('one'));
    await clock.advance(2_000);
    surface.fail('dropped');
    reply.update(writing('one two'));
    await clock.advance(9_000);
    expect(told).toEqual([
      'post ok ',
      'edit rate_limited RateLimited',
      'edit ok ',
      'first text',
      'edit failed Error',
      'edit ok ',
    ]);
  });
});

describe('by the machine’s own clock', () => {
  it('waits for news without waking, and ends', async () => {
    const { surface, reply } = setUpReply({ clock: systemClock, limits: { minEditIntervalMs: 5 } });
    reply.update(writing('one'));
    await soon(() => expect(surface.visible()).toEqual(['one']));
    reply.update(writing('one two'));
    await soon(() => expect(surface.visible()).toEqual(['one two']));
    expect(await reply.finish(done('one two three'))).toBe('delivered');
    expect(surface.visible()).toEqual(['one two three']);
    expect(surface.calls).toHaveLength(3);
  });
});

describe('typing', () => {
  it('shows until there is text, every 4 s, whatever becomes of it', async () => {
    const { clock, surface, reply } = setUpReply();
    surface.typing = async () => {
      surface.typings.push(clock.now());
      throw new Error('no');
    };
    const start = clock.now();
    reply.update({ text: '', note: 'You are next…', phase: 'waiting', buttons: stop });
    await clock.advance(10_000);
    expect(surface.typings.map((at) => at - start)).toEqual([0, 4_000, 8_000]);
    reply.update(writing('A fox.'));
    await clock.advance(10_000);
    expect(surface.typings).toHaveLength(3);
    await reply.finish(done('A fox.'), AbortSignal.abort());
    expect(clock.sleeping).toBe(0);
  });

  it('that is closed while its message is on the way still notes it, and makes no further call', async () => {
    const { clock, surface, reply, saved } = setUpReply({ trouble: () => ({ delayMs: 200 }) });
    reply.update(writing('A'));
    await clock.advance(100);
    const closed = reply.close();
    reply.update(writing('A fox.'));
    await clock.advance(5_000);
    await closed;
    expect(saved).toEqual([surface.ids()]);
    expect(surface.visible()).toEqual(['A']);
  });
});
