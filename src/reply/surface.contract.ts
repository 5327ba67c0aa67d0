import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fc } from '../../test/support/properties.ts';
import type { ButtonAction, ReplyPart, ReplySurface } from './surface.ts';
import { describeFaults } from './surface-faults.contract.ts';

/** How a platform can fail, for {@link SurfaceFixture.fail}. */
export type SurfaceFault =
  /** Too many requests; the platform asks for a pause of `retryAfterMs` (given to {@link SurfaceFixture.fail}). */
  | 'rateLimited'
  /** The message that was posted last has been deleted by somebody. */
  | 'gone'
  /** The bot was thrown out, blocked, or may not write there any more. */
  | 'accessLost'
  /** The platform answers 5xx. */
  | 'unavailable'
  /** The connection is cut before there is an answer. */
  | 'dropped';

/** A button as a person finds it under a message. */
export interface VisibleButton {
  action: ButtonAction;
  turnId: string;
  disabled: boolean;
}

/** A surface over a platform (or its fake), and a person's view of it. Made anew for each test. */
export interface SurfaceFixture {
  surface: ReplySurface;
  /** What a person reads in each message, oldest first: un-escaped, newest state, text and then the note. */
  visible(): Promise<string[]>;
  /** The buttons under each message that {@link visible} gives. */
  buttons(): Promise<VisibleButton[][]>;
  /** The platform's next call (for `gone` and `accessLost`: this and all later ones) fails so. */
  fail(fault: SurfaceFault, retryAfterMs?: number): void | Promise<void>;
  close?(): void | Promise<void>;
}

/** What a platform can't do, or does differently; everything else is tested on all. */
export interface SurfaceTraits {
  /** The faults that the platform can have. By default all. */
  faults?: SurfaceFault[];
  /** Posting twice with one nonce gives one message. */
  dedupes?: boolean;
  /** Has `remove`. */
  removes?: boolean;
  /** Buttons are seen only under a message whose phase is `done` (native drafts have a Stop of their own). */
  buttonsOnlyWhenDone?: boolean;
  /** A `done` edit of a message posted as `writing` throws MessageGone, to be posted anew (native drafts). */
  finishesByPosting?: boolean;
  /** What the platform's own server makes of characters that it lets nobody send. By default nothing. */
  asSent?(text: string): string;
}

/** Every surface leaves this much room beside `maxLength` for the note, in characters. */
export const maxNoteLength = 200;

/** Texts that platforms like to take for something else. */
export const nastyTexts = [
  '@everyone <@1> [x](javascript:1) ** ``` `_` <b> &lt; \u202eabc\u202c \u200fabc',
  '@here <@!1> <@&2> <#3> </story:4> <:e:5> <t:0:R> @username /start #tag $TAG',
  '> quote\n>>> quote\n# head\n## head\n-# small\n- list\n* list\n1. one\n  2. two\n---',
  '*a* _b_ __c__ **d** ~~e~~ ||f|| `g` ``h`` \\* \\\\ \\_ a*b*c snake_case_name',
  'https://example.com http://x.y/z?a=1&b=2#c <https://example.com> mailto:a@b.c tg://user?id=1',
  '```js\nlet a = 1;\n```\nafter',
  '<b>b</b> <script>alert(1)</script> &amp; &#60; &nbsp; <!-- c --> "q" \'s\'',
  '👩‍👩‍👧‍👦 🇩🇪🇫🇷 👍🏽 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 e\u0301 n\u0303o\u0302 क्षि நி ขำ',
  '昔々、あるところに。おじいさんと「おばあさん」が、いました！？',
  'مرحبا بالعالم שלום עולם \u2067rtl\u2069 \u200eltr',
  '   leading and trailing   ',
  '\n\nlines\n\n\n\nlines\n\n',
  'tab\tand  two  spaces and\u00a0no-break and\u200bzero-width',
  ':) :smile: ¯\\_(ツ)_/¯ 100% {{x}} %s %n \\n \\u0041',
];

const part = (change: Partial<ReplyPart> = {}): ReplyPart => ({
  index: 0,
  text: 'Once upon a time',
  buttons: [],
  phase: 'writing',
  nonce: 'nonce-0',
  ...change,
});

/** Characters that escape to more, or join with their neighbours. */
const nastyUnits = [
  ...'ab*_`~|<>&@#:/\\[]()"\'.!-+={}',
  '@everyone',
  'a b',
  'a\n',
  '```',
  'é',
  'e\u0301',
  '昔',
  '👍🏽',
  'http://a.b',
];

/** The longest text of repeated `unit` that the limits take, filled up with `a`. */
function fullText({ limits }: ReplySurface, unit: string): string {
  let text = 'A';
  for (let step = 4096; step >= 1; step = Math.floor(step / 2)) {
    while (limits.measure(text + unit.repeat(step)) <= limits.maxLength) text += unit.repeat(step);
  }
  while (limits.measure(`${text}a`) <= limits.maxLength) text += 'a';
  return text;
}

/**
 * The tests that every platform's surface must pass: call it in a test file with a fixture over the platform's fake.
 * White space around a message's text may be lost, as platforms cut it off; nothing else may.
 */
export function describeSurface(
  name: string,
  makeFixture: () => Promise<SurfaceFixture> | SurfaceFixture,
  traits: SurfaceTraits = {},
): void {
  describe(`${name} as a reply surface`, () => {
    let fixture: SurfaceFixture;
    beforeEach(async () => {
      fixture = await makeFixture();
    });
    afterEach(() => fixture.close?.());

    const shown = async () => (await fixture.visible()).map((text) => text.trim());
    const sent = (text: string) => (traits.asSent?.(text) ?? text).trim();
    const liveEdit: ReplyPart['phase'] = traits.finishesByPosting ? 'writing' : 'done';

    it('shows the newest text of a message', async () => {
      const ref = await fixture.surface.post(part());
      await fixture.surface.edit(ref, part({ text: 'Once upon a time there was' }));
      await fixture.surface.edit(ref, part({ text: 'Once upon a time there was a fox.', phase: liveEdit }));
      expect(await shown()).toEqual(['Once upon a time there was a fox.']);
    });

    it('edits through a reference that was stored as JSON', async () => {
      const ref = await fixture.surface.post(part());
      await fixture.surface.edit(JSON.parse(JSON.stringify(ref)), part({ text: 'Another' }));
      expect(await shown()).toEqual(['Another']);
    });

    it('keeps several messages in their order', async () => {
      await fixture.surface.post(part({ text: 'first', phase: 'done' }));
      const ref = await fixture.surface.post(part({ text: 'sec', index: 1, nonce: 'nonce-1' }));
      await fixture.surface.edit(ref, part({ text: 'second', index: 1, nonce: 'nonce-1' }));
      expect(await shown()).toEqual(['first', 'second']);
    });

    it('shows a note alone, and below the text', async () => {
      const ref = await fixture.surface.post(part({ text: '', note: 'You are next…', phase: 'waiting' }));
      expect(await shown()).toEqual(['You are next…']);
      await fixture.surface.edit(ref, part({ text: 'A fox.', note: 'Stopped.', phase: liveEdit }));
      const [message = ''] = await shown();
      expect(message.startsWith('A fox.')).toBe(true);
      expect(message.endsWith('Stopped.')).toBe(true);
    });

    it.each(nastyTexts.map((text) => [text]))('shows these very characters: %j', async (text) => {
      const ref = await fixture.surface.post(part({ text }));
      expect(await shown()).toEqual([sent(text)]);
      await fixture.surface.edit(ref, part({ text: `${text}\n${text}` }));
      expect(await shown()).toEqual([sent(`${text}\n${text}`)]);
    });

    it('shows a finished message in these very characters', async () => {
      const text = nastyTexts.join('\n');
      await fixture.surface.post(part({ text, phase: 'done' }));
      expect(await shown()).toEqual([sent(text)]);
    });

    it('measures a length that only grows with the text', () => {
      const { measure } = fixture.surface.limits;
      const text = fc.array(fc.constantFrom(...nastyUnits), { maxLength: 30 }).map((units) => units.join(''));
      fc.assert(
        fc.property(text, text, (start, more) => {
          expect(measure(start + more)).toBeGreaterThanOrEqual(measure(start));
        }),
      );
      expect(measure('')).toBeLessThanOrEqual(fixture.surface.limits.maxLength);
    });

    it.each(nastyUnits.map((unit) => [unit]))(
      'takes a text of maxLength and a long note: %j',
      async (unit) => {
        const text = fullText(fixture.surface, unit);
        expect(text.length).toBeGreaterThan(0);
        const ref = await fixture.surface.post(part({ text, note: 'n'.repeat(maxNoteLength) }));
        await fixture.surface.edit(ref, part({ text }));
        expect(await shown()).toEqual([text.trim()]);
      },
    );

    it('takes an unchanged edit', async () => {
      const same = part({ text: 'The same' });
      const ref = await fixture.surface.post(same);
      await fixture.surface.edit(ref, same);
      expect(await shown()).toEqual(['The same']);
    });

    it('shows buttons where they are given, naming action and turn', async () => {
      const turnId = '0195f3a0-1111-7222-8333-444455556666';
      const phase = traits.buttonsOnlyWhenDone ? 'done' : 'writing';
      await fixture.surface.post(part({ text: 'plain', phase }));
      const actions = ['continue', 'retry', 'undo', 'show', 'show'] as const;
      const buttons = actions.map((action, at) => ({ action, turnId, label: `${at}`, disabled: at === 4 }));
      const ref = await fixture.surface.post(
        part({ text: 'last', index: 1, nonce: 'nonce-1', buttons, phase }),
      );
      const expected = actions.map((action, at) => ({ action, turnId, disabled: at === 4 }));
      expect(await fixture.buttons()).toEqual([[], expected]);
      if (traits.finishesByPosting) return;
      await fixture.surface.edit(ref, part({ text: 'last', index: 1, nonce: 'nonce-1', phase }));
      expect(await fixture.buttons()).toEqual([[], []]);
    });

    it.skipIf(!traits.dedupes)('posts once what is posted twice with one nonce', async () => {
      const first = await fixture.surface.post(part());
      const second = await fixture.surface.post(part());
      expect(second).toEqual(first);
      expect(await shown()).toHaveLength(1);
    });

    it.skipIf(traits.removes === false)('takes a message away', async () => {
      await fixture.surface.post(part({ text: 'stays', phase: 'done' }));
      const ref = await fixture.surface.post(
        part({ text: 'goes', index: 1, nonce: 'nonce-1', phase: 'done' }),
      );
      await fixture.surface.remove?.(ref);
      expect(await shown()).toEqual(['stays']);
    });

    it('hands a file over', async () => {
      const data = new TextEncoder().encode('{}');
      await fixture.surface.attach({ name: 'story.json', contentType: 'application/json', data });
    });

    it('shows that somebody is at work', async () => {
      await fixture.surface.typing?.();
    });

    describeFaults(() => fixture, part, traits);
  });
}
