import { describe, expect, it } from 'vitest';
import { maxNoteLength } from '../reply/surface.contract.ts';
import { type Catalogue, languages, textsFor } from './catalogue.ts';
import { countRu } from './count.ts';
import { en } from './en.ts';
import { ru } from './ru.ts';

const today = { turns: 1_200, tokens: 380_000, edits: 14_000, rateLimited: 30 };
const details = {
  ...{ limit: 4_000, seconds: 3_540, expected: '0.1–2' },
  ...{ ...today, stories: 400, channels: 20, authors: 90, words: 250_000, queued: 3, writing: 2, today },
};

/** Every text, by the way to it; functions are asked with numbers and names of a likely length. */
function textsOf(value: unknown, way: string): [way: string, text: string][] {
  if (typeof value === 'string') return [[way, value]];
  if (typeof value === 'function') {
    const takesDetails = /\.(refusals\.|stats$)/.test(way);
    return [[way, String(takesDetails ? value(details) : value(99, 3_540, 2))]];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsOf(inner, `${way}.${key}`));
}

const catalogues: [name: string, texts: Catalogue][] = languages.map((name) => [name, textsFor(name)]);

describe.each(catalogues)('the texts in %s', (name, texts) => {
  it('say something, in full, without stray white space', () => {
    for (const [way, text] of textsOf(texts, name)) {
      expect(text.trim(), way).toBe(text);
      expect(text, way).not.toBe('');
      expect(text, way).not.toMatch(/undefined|NaN|\[object| {2}| [,.!?:;](?!\w)/);
      expect(text, way).not.toMatch(/\.\.\./);
    }
  });

  it('are sentences where they answer a person', () => {
    const answers = [...textsOf(texts.refusals, `${name}.refusals`), ...textsOf(texts.failures, name)];
    for (const [way, text] of answers) {
      expect(text, way).toMatch(/^[A-ZА-ЯЁ].*[.,»]$/u);
    }
  });

  it('leave a note room under a reply, its version with it', () => {
    const version = texts.notes.version(10, 12);
    const notes = [...textsOf(texts.notes, name), ...textsOf(texts.failures, name)];
    for (const [way, note] of notes)
      expect(`${note} ${version}`.length, way).toBeLessThanOrEqual(maxNoteLength);
  });

  it('fit a button, a command and an answer to a button', () => {
    for (const [way, label] of textsOf(texts.buttons, name))
      expect(label.length, way).toBeLessThanOrEqual(20);
    for (const [way, text] of textsOf(texts.refusals, `${name}.refusals`))
      expect(text.length, way).toBeLessThanOrEqual(200);
    for (const { name: command, description } of [
      ...Object.values(texts.discord.commands),
      ...Object.values(texts.discord.options),
    ]) {
      expect(command).toMatch(/^[-_'\p{Ll}\p{N}]{1,32}$/u);
      expect(description.length, command).toBeLessThanOrEqual(100);
    }
    for (const [way, text] of textsOf(texts.telegram.commands, name)) {
      expect(text.length, way).toBeLessThanOrEqual(256);
    }
  });
});

describe('numbers and times', () => {
  it('tell the place in the queue', () => {
    expect(en.notes.queued(1)).toBe('You are next…');
    expect(en.notes.queued(1, 20)).toBe('You are next, in about 20 seconds…');
    expect(en.notes.queued(3, 1)).toBe('You are number 3 in line, in about 1 second…');
    expect(ru.notes.queued(1)).toBe('Следующая очередь — ваша…');
    expect(ru.notes.queued(3, 21)).toBe('Ваш номер в очереди: 3, примерно через 21 секунду…');
    expect(ru.notes.queued(2, 180)).toBe('Ваш номер в очереди: 2, примерно через 3 минуты…');
  });

  it('take the Russian plural that the number asks for', () => {
    const parts = [1, 2, 5, 11, 21, 22, 111, 1.5].map((n) => countRu(n, 'часть', 'части', 'частей'));
    expect(parts).toEqual([
      ...['1 часть', '2 части', '5 частей', '11 частей', '21 часть', '22 части', '111 частей', '1.5 части'],
    ]);
  });

  it('fall back to English', () => {
    expect(textsFor('pt-BR')).toBe(en);
    expect(textsFor('ru-RU')).toBe(ru);
    expect(textsFor('')).toBe(en);
  });
});
