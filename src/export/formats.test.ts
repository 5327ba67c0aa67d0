import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HtmlValidate } from 'html-validate';
import MarkdownIt from 'markdown-it';
import Papa from 'papaparse';
import { beforeAll, describe, expect, it } from 'vitest';
import { useDatabase } from '../../test/support/database.ts';
import { useFolder } from '../../test/support/folder.ts';
import { tellStory } from '../../test/support/history.ts';
import { nastyTexts } from '../../test/support/nasty-texts.ts';
import { epubcheck, hasEpubcheck, hasJq, jq } from '../../test/support/tools.ts';
import { exportHistory } from './export.ts';
import type { HistoryFilter } from './filter.ts';
import { type FormatName, formats } from './formats.ts';

const folder = useFolder();
const history = useDatabase();
const bare = useDatabase();

async function exported(
  format: FormatName,
  filter: HistoryFilter = {},
  { db } = history,
  locale = 'en',
): Promise<Buffer> {
  const takenAt = new Date('2026-11-25T03:00:00Z');
  return exportHistory({ db, format: formats[format], filter, locale, takenAt }, async (pieces) => {
    const all: Uint8Array[] = [];
    for await (const piece of pieces) all.push(Buffer.from(piece));
    return Buffer.concat(all);
  });
}

beforeAll(async () => {
  for (const [index, text] of nastyTexts.entries()) {
    await tellStory(
      history.db,
      [
        { prompt: text, text, author: text.slice(0, 100) },
        { prompt: '', text: `${text}${text}`, author: 'Ann' },
        { text: 'another version', after: 0 },
      ],
      { channel: text.slice(0, 100), title: text.slice(0, 200), head: index % 3 },
    );
  }
  await tellStory(history.db, [{ text: 'taken back' }], { channel: 'empty', head: -1 });
});

describe('JSONL and JSON', () => {
  it.skipIf(!hasJq)('are accepted by jq (when it is installed), with every text in them', async () => {
    const lines = jq('select(.type == "turn") | .text', (await exported('jsonl')).toString());
    const texts = lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as string);
    const document = jq('[.turns[].text]', (await exported('json')).toString());
    expect(JSON.parse(document)).toEqual(texts);
    expect(texts).toEqual(expect.arrayContaining(nastyTexts));
  });

  it('say what they are, and of which version', async () => {
    const [header] = (await exported('jsonl')).toString().split('\n');
    expect(JSON.parse(header!)).toEqual({ type: 'header', format: 'storyteller-history', version: 1 });
    const document = JSON.parse((await exported('json')).toString());
    expect(document).toMatchObject({ format: 'storyteller-history', version: 1 });
    expect(document.stories).toHaveLength(nastyTexts.length + 1);
  });
});

describe('CSV', () => {
  it('is read by another parser, cell by cell, and holds no formula', async () => {
    const csv = (await exported('csv')).toString();
    const { data, errors } = Papa.parse<Record<string, string>>(csv.trimEnd(), {
      header: true,
      newline: '\r\n',
    });
    expect(errors).toEqual([]);
    expect(data).toHaveLength(nastyTexts.length * 3 + 1);
    const unescaped = data.map((row) => row.text!.replace(/^'(?=[=+\-@\t\r])/, ''));
    expect(unescaped).toEqual(expect.arrayContaining(nastyTexts));
    for (const row of data) for (const cell of Object.values(row)) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
    expect(data[0]).toMatchObject({ state: 'finished', seed: '7', is_head: 'true', completion_tokens: '12' });
  });
});

describe('Markdown', () => {
  it('shows the texts and nothing that they would like to be', async () => {
    const source = (await exported('markdown')).toString();
    const page = new MarkdownIt({ html: true, linkify: true }).render(source);
    expect(page).not.toMatch(/<(a|img|script|code|pre|ul|ol|li|table|hr|del|s)[\s>]/);
    expect(page.match(/<h2>/g)).toHaveLength(nastyTexts.length);
    expect(page).not.toMatch(/<h[13456]>(?!Stories)/);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).toContain('Привет, ёжик! Жила-была девочка — «маленькая».');
    expect(page).toContain('# not a heading<br>');
  });
});

describe('plain text', () => {
  it('holds the story as it stands, and no orders for a terminal', async () => {
    const text = (await exported('text')).toString();
    expect(text).toContain('Привет, ёжик!');
    expect(text).not.toMatch(/(?![\n\t])\p{Cc}/u);
    expect(text).not.toContain('taken back');
  });
});

describe('HTML', () => {
  it('is valid, needs nothing from elsewhere, and runs nothing', async () => {
    const page = (await exported('html')).toString();
    const report = await new HtmlValidate({
      extends: ['html-validate:standard'],
      // Texts are data: long lines of blanks and raw characters in them are theirs.
      rules: { 'no-trailing-whitespace': 'off', 'long-title': 'off', 'require-sri': 'off' },
    }).validateString(page);
    expect(
      report.results.flatMap((result) => result.messages.map((m) => `${m.ruleId}: ${m.message}`)),
    ).toEqual([]);
    expect(page).not.toMatch(/<script|<img|onerror=(?!alert\(1\)&gt;)|href="(?!#)/);
    expect(page.match(/<article/g)).toHaveLength(nastyTexts.length);
    expect(page).toContain('@media print');
  });
});

describe('EPUB', () => {
  it.skipIf(!hasEpubcheck)(
    'is accepted by epubcheck (when it is installed)',
    async () => {
      for (const [name, database] of [
        ['nasty', history],
        ['empty', bare],
      ] as const) {
        const path = join(folder, `${name}.epub`);
        writeFileSync(path, await exported('epub', {}, database));
        expect(epubcheck(path)).toBe('');
      }
    },
    600_000,
  );

  it('begins with what it is, as readers expect', async () => {
    const book = await exported('epub');
    expect(book.toString('latin1', 30, 58)).toBe('mimetypeapplication/epub+zip');
  });
});

describe('every format', () => {
  it.each(Object.keys(formats) as FormatName[])(
    '%s takes the same history to the same bytes, and an empty one too',
    async (name) => {
      expect((await exported(name)).equals(await exported(name))).toBe(true);
      expect((await exported(name, {}, bare)).length).toBeGreaterThan(10);
    },
  );

  it.each(Object.keys(formats) as FormatName[])(
    '%s is in English for a language that is none',
    async (name) => {
      expect((await exported(name, {}, history, 'en_US')).equals(await exported(name))).toBe(true);
    },
  );
});
