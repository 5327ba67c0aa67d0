import { execFileSync } from 'node:child_process';
import { lstatSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGzip } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeAtomically } from './atomic-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storyteller-file-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** More than is written at once, in pieces of both kinds that come to no round number. */
async function* pieces(count: number): AsyncGenerator<Uint8Array | string> {
  for (let piece = 0; piece < count; piece++)
    yield piece % 2 === 0 ? Buffer.alloc(7_001, piece) : 'лиса '.repeat(999);
}

async function together(content: AsyncIterable<Uint8Array | string>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of content) all.push(Buffer.from(piece));
  return Buffer.concat(all);
}

it('writes every byte in its order', async () => {
  const path = join(folder, 'file');
  await writeAtomically(path, pieces(500));
  expect((await readFile(path)).equals(await together(pieces(500)))).toBe(true);
  expect(await readdir(folder)).toEqual(['file']);
});

it.skipIf(process.platform === 'win32')('takes no name from what is not a file', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  await expect(writeAtomically(pipe, pieces(1))).rejects.toThrow(`${pipe} is no file`);
  expect(lstatSync(pipe).isFIFO()).toBe(true);
  expect(await readdir(folder)).toEqual(['pipe']);
});

it.each([
  ['as it is', undefined],
  ['compressed', createGzip()],
])('leaves no file %s when it is stopped', async (_how, through) => {
  const stopping = new AbortController();
  async function* stopped() {
    yield* pieces(200);
    stopping.abort();
    yield* pieces(200);
  }
  const options = { signal: stopping.signal, ...(through ? { through } : {}) };
  await expect(writeAtomically(join(folder, 'file'), stopped(), options)).rejects.toThrow('abort');
  expect(await readdir(folder)).toEqual([]);
});
