import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nastyTexts } from '../../src/reply/surface.contract.ts';
import { receiveText } from '../../test/fakes/telegram/text.ts';
import { inertEntities } from './inert.ts';

const linksIn = (text: string) => receiveText(text, inertEntities(text), true).found;

describe('a text of a model or a person', () => {
  it.each(nastyTexts.map((text) => [text]))('links and pings nothing: %j', (text) => {
    expect(linksIn(text)).toEqual([]);
  });

  it('links and pings nothing, whatever it is made of', () => {
    const piece = fc.constantFrom(
      ...[
        '@durov',
        '@',
        'a',
        'Ж',
        ' ',
        '\n',
        '.',
        'com',
        'https://',
        '/stop',
        '#tag',
        '$USD',
        '🙂',
        '_',
        ':',
        '<',
        '-',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(linksIn(pieces.join(''))).toEqual([]);
      }),
    );
  });

  it('links and pings nothing even with more links than Telegram takes entities', () => {
    const text = 'Ask @somebody. '.repeat(200);
    expect(inertEntities(text).length).toBeLessThan(100);
    expect(linksIn(text)).toEqual([]);
  });

  it('is otherwise left as it is', () => {
    expect(inertEntities('In 1984 the fox and/or the owl ran 3.5 miles… "Run!" she said.')).toEqual([]);
  });
});
