import { describe, expect, it } from 'vitest';
import { fc, runs } from '../../test/support/properties.ts';
import { openFence } from './fence.ts';
import { cutText, splitText } from './split.ts';

const plain = (maxLength: number) => ({ maxLength, measure: (text: string) => text.length });
/** As a platform that escapes: some characters count double. */
const escaping = (maxLength: number) => ({
  maxLength,
  measure: (text: string) => text.length + (text.match(/[*_`<é]/g)?.length ?? 0),
});

const units = [
  ...[
    'a',
    'word',
    'longerword',
    ' ',
    ' ',
    ' ',
    '\n',
    '\n\n',
    '. ',
    '!',
    '…',
    '" ',
    '\t',
    '\r\n',
    '\u00a0',
    '*',
    '<',
  ],
  ...[
    '👍🏽',
    '👩‍👩‍👧‍👦',
    '🇩🇪',
    '\u0301',
    'e\u0301',
    '昔々',
    '。',
    '」',
    'क्षि',
    '\u0600',
    '\u200d',
    '\ufeff',
    '한',
    '\u1112\u1161',
  ],
];
const fences = ['\n```\n', '\n```js\n', '\n````\n', '```', '`', '\n   ```', '\n  indented();', '\n\n\n'];
const text = (pool: string[], maxLength = 120) =>
  fc.array(fc.constantFrom(...pool), { maxLength, size: 'max' }).map((parts) => parts.join(''));
const prose = text(units);
const anything = fc.oneof(
  prose,
  text([...units, ...fences]),
  fc.string({ unit: 'binary', maxLength: 300, size: 'max' }),
);
const limits = fc
  .tuple(fc.boolean(), fc.integer({ min: 60, max: 120 }))
  .map(([escapes, maxLength]) => (escapes ? escaping(maxLength) : plain(maxLength)));

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

describe('splitText', () => {
  it('leaves a text that fits as it is', () => {
    expect(splitText('A fox.', plain(60))).toEqual(['A fox.']);
    expect(splitText(' \n ', plain(60))).toEqual([]);
  });

  it('cuts after a paragraph, else a sentence, else a word, else a character', () => {
    expect(splitText('One two three.\n\nFour five. Six', plain(28))).toEqual([
      'One two three.',
      'Four five. Six',
    ]);
    expect(splitText('One two “three.” Four five six', plain(24))).toEqual([
      'One two “three.”',
      'Four five six',
    ]);
    expect(splitText('One two three four', plain(11))).toEqual(['One two', 'three four']);
    expect(splitText('abcdefghij', plain(4))).toEqual(['abcd', 'efgh', 'ij']);
    expect(splitText('昔々あるところに。おじいさんが', plain(12))).toEqual([
      '昔々あるところに。',
      'おじいさんが',
    ]);
  });

  it('never cuts inside a grapheme, unless it alone is too long', () => {
    const family = '👩‍👩‍👧‍👦';
    expect(splitText(family.repeat(3), plain(30))).toEqual([family.repeat(2), family]);
    expect(splitText(family, plain(5))).toEqual(['👩‍👩', '\u200d', '👧‍👦']);
  });

  it('closes a code fence at a cut and opens it again', () => {
    const code = `Look:\n\`\`\`js\n${'  call();\n'.repeat(9)}\`\`\`\nDone.`;
    const parts = splitText(code, plain(70));
    expect(parts.length).toBeGreaterThan(1);
    expect(parts[0]?.endsWith('\n```')).toBe(true);
    expect(parts[1]?.startsWith('```js\n  call();')).toBe(true);
    expect(parts.at(-1)?.endsWith('Done.')).toBe(true);
  });

  it('keeps every part within the limit, with something in it', () => {
    fc.assert(
      fc.property(anything, limits, (whole, limit) => {
        for (const part of splitText(whole, limit)) {
          expect(limit.measure(part)).toBeLessThanOrEqual(limit.maxLength);
          expect(part.trim()).not.toBe('');
        }
      }),
    );
  });

  it('loses nothing but white space, and that only at cuts and ends', () => {
    fc.assert(
      fc.property(anything, limits, (whole, limit) => {
        let at = 0;
        for (const { start, end } of cutText(whole, limit)) {
          expect(whole.slice(at, start).trim()).toBe('');
          expect(end).toBeGreaterThan(start);
          at = end;
        }
        expect(whole.slice(at).trim()).toBe('');
      }),
    );
  });

  it('adds nothing to a text without fences', () => {
    fc.assert(
      fc.property(prose, limits, (whole, limit) => {
        expect(splitText(whole, limit).join('').replace(/\s/g, '')).toBe(whole.replace(/\s/g, ''));
      }),
    );
  });

  it('cuts between graphemes', () => {
    fc.assert(
      fc.property(anything, limits, (whole, limit) => {
        const graphemes = segmenter.segment(whole);
        for (const { start, end, prefix } of cutText(whole, limit)) {
          for (const at of [start, end]) {
            const grapheme = graphemes.containing(at);
            if (!grapheme || grapheme.index === at || whole.slice(at).trim() === '') continue;
            expect(limit.measure(prefix + grapheme.segment)).toBeGreaterThan(limit.maxLength - 20);
          }
        }
      }),
    );
  });

  it('leaves no fence open in any part', () => {
    fc.assert(
      fc.property(text([...units, ...fences]), limits, (whole, limit) => {
        for (const part of splitText(whole, limit)) expect(openFence(part)).toBeUndefined();
      }),
    );
  });

  it('never changes a finished part when the text grows', () => {
    fc.assert(
      fc.property(anything, limits, (whole, limit) => {
        const parts = splitText(whole, limit);
        let start = '';
        for (const character of whole) {
          start += character;
          const finished = splitText(start, limit).slice(0, -1);
          expect(finished).toEqual(parts.slice(0, finished.length));
        }
      }),
      runs(50),
    );
  });

  it('measures about as much for each further part, however long the text', () => {
    const measured = (length: number) => {
      let characters = 0;
      const measure = (part: string) => {
        characters += part.length;
        return part.length;
      };
      splitText('Once upon a time. '.repeat(length), { maxLength: 2_000, measure });
      return characters / length;
    };
    expect(measured(20_000)).toBeLessThan(measured(2_000) * 1.2);
  });
});
