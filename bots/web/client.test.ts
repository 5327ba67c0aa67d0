import { describe, expect, it } from 'vitest';
import { fc } from '../../test/support/properties.ts';
import { paragraphsOf, type Telling } from './client/flow.ts';
import { LiveTexts } from './client/live-texts.ts';
import type { LivePartJson } from './client/protocol.ts';
import { SentenceReader } from './client/sentences.ts';
import { type LiveEvent, LiveHub } from './hub.ts';

const telling = (change: Partial<Telling>): Telling => ({
  id: 'a',
  before: '',
  prompt: '',
  between: '',
  text: '',
  isTrimmed: false,
  ...change,
});

/** Paragraphs as text, a person's words in brackets. */
const read = (turns: Telling[]) =>
  paragraphsOf(turns).map((runs) =>
    runs.map(({ by, text }) => (by === 'person' ? `[${text}]` : text)).join(''),
  );

describe('a story’s paragraphs', () => {
  it('go on in the sentence that a person began', () => {
    expect(read([telling({ prompt: 'In a city,', text: ' lived a cat.\n\nIt slept.' })])).toEqual([
      '[In a city,] lived a cat.',
      'It slept.',
    ]);
  });

  it('begin anew after a request, and after a part that had come to its end', () => {
    const first = telling({ prompt: 'Tell me a story', between: '\n\n', text: 'Once.' });
    const second = telling({ id: 'b', before: '\n\n', prompt: 'Then', text: ' he woke.' });
    expect(read([first, second])).toEqual(['[Tell me a story]', 'Once.', '[Then] he woke.']);
  });

  it('join a part that was cut in mid-word, and keep single line breaks', () => {
    const parts = [telling({ text: 'She was swim' }), telling({ id: 'b', text: 'ming.\nFast.' })];
    expect(read(parts)).toEqual(['She was swimming.\nFast.']);
  });

  it('put the space back that a text loses while it is written', () => {
    const live = { isTrimmed: true };
    expect(read([telling({ prompt: 'In a city,', text: 'lived', ...live })])).toEqual(['[In a city,] lived']);
    expect(read([telling({ prompt: 'In a city', text: ', far', ...live })])).toEqual(['[In a city], far']);
    expect(read([telling({ prompt: 'Tell', between: '\n\n', text: 'Once', ...live })])).toEqual([
      '[Tell]',
      'Once',
    ]);
  });

  it('hold every character but white space, whatever the text', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'B', ' ', '\n', '\n\n', '.', '<b>', 'é', '👍🏽') });
    fc.assert(
      fc.property(fc.array(fc.record({ prompt: text, text })), (turns) => {
        const told = turns.map((turn, at) => telling({ id: `${at}`, ...turn }));
        const shown = paragraphsOf(told).flatMap((runs) => runs.map((run) => run.text));
        const all = turns.map((turn) => turn.prompt + turn.text).join('');
        expect(shown.join('').replaceAll(/\s/g, '')).toBe(all.replaceAll(/\s/g, ''));
      }),
    );
  });
});

describe('what is read to a screen reader', () => {
  it('is whole sentences, each once, and the rest at the end', () => {
    const reader = new SentenceReader('en');
    reader.start(0);
    expect(reader.take('A cat sle', false)).toBe('');
    expect(reader.take('A cat slept. It wo', false)).toBe('A cat slept.');
    expect(reader.take('A cat slept. It woke. The', false)).toBe('It woke.');
    expect(reader.take('A cat slept. It woke. The end', true)).toBe('The end');
    expect(reader.take('A cat slept. It woke. The end', true)).toBe('');
  });
});

describe('a text that arrives in pieces', () => {
  const part = (text: string): LivePartJson => ({
    turnId: 't',
    storyId: 's',
    part: 0,
    text,
    note: null,
    buttons: [],
    phase: 'writing',
  });

  it('is the text that was sent, for who is there from the start and for who comes later', () => {
    // Texts that grow, shrink and change, with characters of two units that share their first.
    const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '😀', '😁') }), { minLength: 1 });
    fc.assert(
      fc.property(texts, fc.nat(), (sent, at) => {
        const hub = new LiveHub();
        const readers: LiveTexts[] = [];
        const join = () => {
          const reader = new LiveTexts();
          readers.push(reader);
          hub.subscribe('b', [], (_id, event: LiveEvent) => {
            if (event.type === 'snapshot') reader.reset(event.data);
            if (event.type === 'delta') {
              expect(event.data.text.isWellFormed()).toBe(true);
              expect(reader.apply(event.data)).toBe(true);
            }
          });
        };
        join();
        sent.forEach((text, index) => {
          if (index === at % sent.length) join();
          hub.publish('b', part(text));
        });
        for (const reader of readers) expect(reader.get('t')?.text).toBe(sent.at(-1));
      }),
    );
  });

  it('is asked for anew when a piece was missed', () => {
    const texts = new LiveTexts();
    expect(texts.apply({ ...part('c'), from: 2 })).toBe(false);
  });

  it('is never replaced by an older one from the database', () => {
    const hub = new LiveHub();
    const texts = new LiveTexts();
    hub.publish('b', part('Once upon'));
    hub.subscribe('b', [part('Once')], (_id, event) => {
      if (event.type === 'snapshot') texts.reset(event.data);
      if (event.type === 'delta') texts.apply(event.data);
    });
    expect(texts.get('t')?.text).toBe('Once upon');
    hub.offer('b', part('Once'));
    expect(texts.get('t')?.text).toBe('Once upon');
    hub.offer('b', part('Once upon a time'));
    expect(texts.get('t')?.text).toBe('Once upon a time');
  });
});
