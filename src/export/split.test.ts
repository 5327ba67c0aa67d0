import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HtmlValidate } from 'html-validate';
import Papa from 'papaparse';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeTexts } from '../../bench/seed-texts.ts';
import { useDatabase } from '../../test/support/database.ts';
import { useFolder } from '../../test/support/folder.ts';
import { tellStory } from '../../test/support/history.ts';
import { nastyTexts } from '../../test/support/nasty-texts.ts';
import { epubcheck, hasEpubcheck, hasJq, jq } from '../../test/support/tools.ts';
import type { ExportFile } from '../reply/surface.ts';
import { writeDump } from './dump.ts';
import { exportToFiles } from './export-file.ts';
import { type FormatName, formatNames, formats } from './formats.ts';
import { restore } from './restore.ts';
import { ExportTooLarge } from './split.ts';

const folder = useFolder();
const history = useDatabase();
const elsewhere = useDatabase();
const takenAt = new Date('2026-11-25T03:00:00Z');
const longTurns = 60;

/** A third of the export; more of a book, of which each part has a cover. */
const shareOf = (format: FormatName) => (format === 'epub' ? 0.6 : 1 / 3);

/** The export in files of at most a share of it, or of `bytes`. */
async function splitUp(format: FormatName, files = 8, bytes?: number): Promise<ExportFile[]> {
  const options = { db: history.db, format: formats[format], filter: {}, locale: 'en', takenAt };
  const collect = async (limits: { bytes: number; files: number }) => {
    const all: ExportFile[] = [];
    for await (const file of await exportToFiles(options, limits)) all.push(file);
    return all;
  };
  const [whole] = await collect({ bytes: 100_000_000, files: 1 });
  return collect({ bytes: bytes ?? Math.ceil(whole!.data.length * shareOf(format)), files });
}

const textOf = (file: ExportFile) => Buffer.from(file.data).toString();

beforeAll(async () => {
  for (const text of nastyTexts) {
    const turns = [
      { prompt: text, text, author: text.slice(0, 100) },
      { text: `${text}${text}` },
      { text, after: 0 },
    ];
    await tellStory(history.db, turns, { title: text.slice(0, 200) });
  }
  // One that is larger than a file by itself.
  const texts = makeTexts(longTurns * 8);
  const long = Array.from({ length: longTurns }, (_, at) => ({
    text: `Part ${at}. ${nastyTexts[at % nastyTexts.length]} ${texts.slice(at * 8, at * 8 + 8).join('\n\n')}`,
  }));
  await tellStory(history.db, long, { title: 'The long one' });
});

describe('an export over the limit', () => {
  it.each(formatNames)('%s: in parts that fit, with names that say which', async (format) => {
    const [whole] = await splitUp(format, 1, 100_000_000);
    const parts = await splitUp(format);
    const most = Math.max(...parts.map(({ data }) => data.length));
    expect(most).toBeLessThanOrEqual(Math.ceil(whole!.data.length * shareOf(format)));
    expect(parts.length).toBeGreaterThan(1);
    const { extension } = formats[format];
    expect(parts.map(({ name }) => name)).toEqual(
      parts.map((_, at) => `storyteller-20261125T030000Z-${at + 1}-of-${parts.length}.${extension}`),
    );
  });

  it('is refused where it would be too many files', async () => {
    await expect(splitUp('jsonl', 2)).rejects.toThrow(ExportTooLarge);
    await expect(splitUp('text', 100, 500)).rejects.toThrow(ExportTooLarge);
  });

  it('keeps stories whole, but for one that is larger than a file', async () => {
    const parts = (await splitUp('text')).map(textOf);
    const withTitle = (title: string) => parts.filter((part) => part.includes(`${title}\n====`)).length;
    expect(withTitle('The long one')).toBeGreaterThan(1);
    expect(withTitle('+1+1|cmd')).toBe(1);
    const told = parts.flatMap((part) => [...part.matchAll(/Part (\d+)\./g)].map(([, at]) => Number(at)));
    expect(told).toEqual(Array.from({ length: longTurns }, (_, at) => at));
  });
});

describe('each part is valid by itself', () => {
  it('as CSV, for another parser', async () => {
    const rows = (await splitUp('csv')).flatMap((part) => {
      const { data, errors, meta } = Papa.parse(textOf(part).trimEnd(), { header: true, newline: '\r\n' });
      expect({ errors, first: meta.fields?.[0] }).toEqual({ errors: [], first: 'turn_id' });
      return data;
    });
    expect(rows).toHaveLength(nastyTexts.length * 3 + longTurns);
  });

  it.skipIf(!hasJq)('as JSONL and JSON, for jq (when it is installed)', async () => {
    const lines = (await splitUp('jsonl')).map((part) => jq('select(.type == "turn") | .id', textOf(part)));
    const ids = (await splitUp('json')).flatMap((part) => JSON.parse(jq('[.turns[].id]', textOf(part))));
    expect(new Set(ids).size).toBe(nastyTexts.length * 3 + longTurns);
    expect(lines.join('').trim().split('\n')).toHaveLength(ids.length);
  });

  it('as HTML', async () => {
    const validator = new HtmlValidate({
      extends: ['html-validate:standard'],
      rules: { 'no-trailing-whitespace': 'off', 'long-title': 'off', 'require-sri': 'off' },
    });
    for (const part of await splitUp('html')) {
      const { results } = await validator.validateString(textOf(part));
      expect(results.flatMap(({ messages }) => messages.map(({ message }) => message))).toEqual([]);
    }
  });

  it.skipIf(!hasEpubcheck)(
    'as EPUB, for epubcheck (when it is installed)',
    async () => {
      for (const part of await splitUp('epub')) {
        const path = join(folder, part.name);
        writeFileSync(path, part.data);
        expect(epubcheck(path)).toBe('');
      }
    },
    600_000,
  );
});

it('gives the same history back, when all parts are restored together', async () => {
  const paths = (await splitUp('jsonl')).map((part) => {
    const path = join(folder, part.name);
    writeFileSync(path, part.data);
    return path;
  });
  await expect(restore({ db: elsewhere.db, paths: paths.slice(0, -1), merge: false })).rejects.toThrow(
    'stories_head_fk',
  );
  await restore({ db: elsewhere.db, paths, merge: false });
  const dumpOf = async ({ db }: typeof history, name: string) => {
    const path = join(folder, name);
    await writeDump(path, { db, takenAt });
    return readFileSync(path);
  };
  expect(await dumpOf(elsewhere, 'there.gz')).toEqual(await dumpOf(history, 'here.gz'));
});
