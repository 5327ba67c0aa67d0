import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { useDatabase } from '../../test/support/database.ts';
import { useFolder } from '../../test/support/folder.ts';
import { tellStory } from '../../test/support/history.ts';
import { packageRoot } from '../ops/paths.ts';

const folder = useFolder();
const database = useDatabase();
const other = useDatabase();

/** Runs the built program as a person does. */
function storyteller(url: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { PATH: process.env.PATH, DATABASE_URL: url, DUMP_DIR: join(folder, 'dumps') };
  const program = join(packageRoot, 'dist', 'src', 'main.js');
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { env, cwd: folder }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

beforeAll(async () => {
  await tellStory(database.db, [{ prompt: 'Hello', text: 'Once upon a time', author: 'Ann' }]);
});

describe('the command line', () => {
  it('exports to a pipe with nothing else in it', async () => {
    const { code, out, err } = await storyteller(database.url, 'export', '--format', 'jsonl');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const types = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).type);
    expect(types).toEqual(['header', 'author', 'channel', 'story', 'turn', 'end']);
  });

  it('exports to a file, with filters', async () => {
    const path = join(folder, 'tale.md');
    const { out } = await storyteller(
      database.url,
      'export',
      '-f',
      'markdown',
      '-o',
      path,
      '--author',
      'discord:Ann',
      '--json',
    );
    expect(JSON.parse(out)).toEqual({ format: 'markdown', output: path, turns: 1 });
    expect(readFileSync(path, 'utf8')).toContain('Once upon a time');
  });

  it('dumps, and restores elsewhere once, where the next dump is the same to the byte', async () => {
    const dump = async (url: string, ...to: string[]): Promise<string> =>
      JSON.parse((await storyteller(url, 'dump', '--json', ...to)).out).file;
    const file = await dump(database.url);
    const sameThere = async () =>
      expect(readFileSync(await dump(other.url, '--dir', join(folder, 'other')))).toEqual(readFileSync(file));
    expect(await storyteller(other.url, 'restore', file)).toMatchObject({
      code: 0,
      out: expect.stringContaining('1 turns restored'),
    });
    await sameThere();
    const again = await storyteller(other.url, 'restore', file);
    expect(again).toMatchObject({ code: 1, out: '' });
    expect(again.err).toMatch(/^storyteller: The database holds a history already: use --merge .*\n$/);
    expect(await storyteller(other.url, 'restore', file, '--merge')).toMatchObject({ code: 0 });
    await sameThere();
  });

  it('shows figures', async () => {
    const stats = JSON.parse((await storyteller(database.url, 'stats', '--json')).out);
    expect(stats.totals).toMatchObject({ turns: 1, stories: 1, authors: 1, words: 4 });
    const { out } = await storyteller(database.url, 'stats');
    expect(out).toMatch(/^day +platform +turns/);
    const { code, err } = await storyteller(database.url, 'stats', '--days', '999999999');
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('from 1 to 100000.') });
  });

  it('forgets, beside the dumps as well', async () => {
    expect(await storyteller(database.url, 'erase', '--author', 'discord:Ann')).toMatchObject({
      code: 0,
      out: '1 turns forgotten\n',
    });
    expect(readFileSync(join(folder, 'dumps', 'tombstones.jsonl'), 'utf8')).toContain('"kind":"author"');
  });

  it.each([
    [['export', '--format', 'pdf'], 'There is no format "pdf": it must be jsonl'],
    [['export', '--since', 'soon'], 'since must be a date or a time'],
    [['erase'], 'Say whom to forget'],
    [['erase', '--channel', 'discord:none'], 'There is no channel discord:none.'],
    [['restore', '/nowhere'], 'There is no file /nowhere.'],
  ])('says in a sentence what is wrong with %j', async (args, sentence) => {
    const { code, out, err } = await storyteller(database.url, ...args);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(`storyteller: ${sentence}`);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});
