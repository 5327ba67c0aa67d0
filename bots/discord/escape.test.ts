import { expect, test } from 'vitest';
import { nastyTexts } from '../../src/reply/surface.contract.ts';
import { embeds, pings, seen } from '../../test/fakes/discord/markdown.ts';
import { fc, runs } from '../../test/support/properties.ts';
import { escapeText } from './escape.ts';

const plain = (text: string) => ({ text: text.trim(), formats: [] });

test.each([...nastyTexts, '@everyone <@1> [x](javascript:1) ** ``` `_` <b> &lt; \u200f'])('%j', (text) => {
  expect(seen(escapeText(text))).toEqual(plain(text));
});

test('an address without its scheme is no link either', () => {
  expect(escapeText('discord.gg, é.ru. The end.')).toBe('discord\\.gg, é\\.ru. The end.');
});

const signs = fc.constantFrom(
  ...'\\*_~`|<>@#:/-+.()[]! \n1aé',
  '```',
  '> ',
  '# ',
  '-# ',
  '1. ',
  '||',
  '@everyone',
  '<@12>',
  '<t:1:R>',
  ':smile:',
  'https://a.example/b',
  'discord.gg/abc',
);

test('any text is shown as its very characters, pings nobody and unfurls nothing', () => {
  fc.assert(
    fc.property(fc.array(signs, { maxLength: 40 }), (pieces) => {
      const text = pieces.join('');
      const escaped = escapeText(text);
      expect(seen(escaped)).toEqual(plain(text));
      expect(pings(escaped, { parse: [] })).toEqual([]);
      expect(embeds(escaped, 0)).toEqual([]);
    }),
    runs(3000),
  );
});
