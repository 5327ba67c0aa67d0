import { describe, expect, it } from 'vitest';
import { displayText } from './display.ts';
import { buildPrompt, joinTurns, type PromptTurn, wantsBreakAfter } from './prompt.ts';

const turn = (prompt: string, text: string, endReason: string | null = null): PromptTurn => ({
  prompt,
  text,
  endReason,
});

describe('wantsBreakAfter', () => {
  it.each([
    'Tell me about a pirate cat',
    'a pirate cat',
    'Write a story about rain.',
    'Who lives in the moon?',
    'расскажи о коте',
  ])('after a request or a bare phrase: %s', (prompt) => expect(wantsBreakAfter(prompt, true)).toBe(true));
  it.each([
    'In a city under the sea,',
    'Once upon a time',
    'The dragon woke up.',
    'A pirate cat',
    'she said: "Run!"',
  ])('not where a sentence goes on or has ended: %s', (prompt) =>
    expect(wantsBreakAfter(prompt, true)).toBe(false),
  );

  it('takes a bare phrase in the middle of a story for a piece of its sentence', () => {
    expect(wantsBreakAfter('and slept', false)).toBe(false);
    expect(wantsBreakAfter('tell me of his dream', false)).toBe(true);
  });
});

describe('joinTurns', () => {
  it('goes on with a sentence as it stands, and breaks after a request', () => {
    expect(joinTurns([turn('In a city', ' lived a cat.')])).toBe('In a city lived a cat.');
    expect(joinTurns([turn('tell me of a cat', 'Once')])).toBe('tell me of a cat\n\nOnce');
  });

  it('goes on in the middle of a sentence when the last turn was cut by its length', () => {
    expect(joinTurns([turn('A', ' cat sat on', 'length'), turn('', ' a mat')])).toBe('A cat sat on a mat');
    expect(joinTurns([turn('A', ' cat sat', 'length'), turn('and slept', '.')])).toBe('A cat sat and slept.');
    expect(joinTurns([turn('A', ' cat sat', 'length'), turn(', then', ' left')])).toBe(
      'A cat sat, then left',
    );
  });

  it('begins a new paragraph when the last turn had come to its end', () => {
    expect(joinTurns([turn('A', ' cat. The end.', 'stop'), turn('', 'Then')])).toBe(
      'A cat. The end.\n\nThen',
    );
    expect(joinTurns([turn('A', ' cat.', 'stop'), turn('Next day,', ' it')])).toBe('A cat.\n\nNext day, it');
  });

  it('only grows from turn to turn', () => {
    const path = [
      turn('A', ' cat.', 'stop'),
      turn('', 'It slept', 'length'),
      turn('and woke', ' up.', 'stop'),
    ];
    for (let n = 1; n < path.length; n++) {
      expect(joinTurns(path.slice(0, n + 1)).startsWith(joinTurns(path.slice(0, n)))).toBe(true);
    }
  });
});

describe('buildPrompt', () => {
  const plain = { chat: false, contextLength: 100 };
  const instruct = { chat: true, contextLength: 100 };

  it('drops far too much text in large steps, so that the front stays the same for many turns', () => {
    const words = Array.from({ length: 3_000 }, (_, n) => `word${n}`).join(' ');
    const fronts = new Set<string>();
    for (let length = 5_000; length < 6_000; length += 10) {
      const prompt = buildPrompt([turn('', words.slice(0, length))], plain);
      const text = prompt.kind === 'text' ? prompt.text : '';
      expect(text.length).toBeLessThanOrEqual(800);
      expect(text.length).toBeGreaterThan(350);
      fronts.add(text.slice(0, 20));
    }
    expect(fronts.size).toBeLessThanOrEqual(4);
  });

  it('drops the oldest messages in large steps too, each question with its answer', () => {
    const path = Array.from({ length: 60 }, (_, n) =>
      turn(`question ${n}`, 'x'.repeat(20 + (n % 7)), 'stop'),
    );
    const fronts = new Set<string | undefined>();
    for (let turns = 40; turns < 60; turns++) {
      const prompt = buildPrompt([...path.slice(0, turns), turn('and then', '')], instruct);
      const messages = prompt.kind === 'chat' ? prompt.messages : [];
      expect(messages[1]?.role).toBe('user');
      fronts.add(messages[1]?.content);
    }
    expect(fronts.size).toBeLessThanOrEqual(4);
  });

  it('speaks to an instruct model in messages, and has it go on with its own', () => {
    const prompt = buildPrompt([turn('A cat', 'Once.', 'stop'), turn('', 'Then')], instruct);
    expect(prompt.kind === 'chat' && prompt.messages.map(({ role, content }) => [role, content])).toEqual([
      ['system', expect.stringContaining('storyteller')],
      ['user', 'A cat'],
      ['assistant', 'Once.'],
      ['user', 'Write on.'],
      ['assistant', 'Then'],
    ]);
  });

  it('keeps the last question whatever came before', () => {
    const path = Array.from({ length: 50 }, (_, n) => turn(`question ${n}`, 'x'.repeat(100), 'stop'));
    const prompt = buildPrompt([...path, turn('the last question', '')], instruct);
    const messages = prompt.kind === 'chat' ? prompt.messages : [];
    expect(messages.at(-1)?.content).toBe('the last question');
    expect(messages.length).toBeLessThan(17);
    expect(messages[1]?.role).toBe('user');
  });
});

describe('displayText', () => {
  it('is the text alone, or the prompt with the text going on from it', () => {
    expect(displayText({ parentId: null, prompt: 'In a city', text: ' lived a cat. ' }, false)).toBe(
      'lived a cat.',
    );
    expect(displayText({ parentId: null, prompt: 'In a city', text: ' lived a cat. ' }, true)).toBe(
      'In a city lived a cat.',
    );
    expect(displayText({ parentId: null, prompt: 'a pirate cat', text: 'Once' }, true)).toBe(
      'a pirate cat\n\nOnce',
    );
    expect(displayText({ parentId: null, prompt: 'a pirate cat', text: '' }, true)).toBe('a pirate cat');
    expect(displayText({ parentId: null, prompt: '', text: ' and then' }, true)).toBe('and then');
  });
});
