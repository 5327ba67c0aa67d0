import { describe, expect, it } from 'vitest';
import { nastyTexts } from '../../src/reply/surface.contract.ts';
import { receiveText } from '../../test/fakes/telegram/text.ts';
import { fc, runs } from '../../test/support/properties.ts';
import { inertEntities } from './inert.ts';

const linksIn = (text: string) => receiveText(text, inertEntities(text), true).found;

describe('a text of a model or a person', () => {
  it.each([...nastyTexts, '-@-._'])('links and pings nothing: %j', (text) => {
    expect(linksIn(text)).toEqual([]);
  });

  it('links and pings nothing, whatever it is made of', () => {
    const piece = fc.constantFrom(
      ...'@aЖ1 \n._:<-+/#$()🙂',
      ...['@durov', 'com', 'https://', 'mailto:', '/stop', '#tag', '$USD', '127.0.0.1'],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(linksIn(pieces.join(''))).toEqual([]);
      }),
      runs(3000),
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
