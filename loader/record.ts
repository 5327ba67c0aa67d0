import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ModelError } from './model-error.ts';

/** What is known of a model file, kept beside it so that the next start need not read it all. */
export interface ModelRecord {
  source: string;
  sha256: string;
  /** Bytes and time of last change that the file had when its checksum was taken. */
  size: number;
  mtimeMs: number;
}

export const recordPath = (path: string) => `${path}.json`;

export async function readRecord(path: string): Promise<ModelRecord | undefined> {
  try {
    return JSON.parse(await readFile(recordPath(path), 'utf8')) as ModelRecord;
  } catch {
    return undefined;
  }
}

export async function writeRecord(path: string, source: string, sha256: string): Promise<void> {
  const { size, mtimeMs } = await stat(path);
  const record: ModelRecord = { source, sha256, size, mtimeMs };
  await writeFile(`${recordPath(path)}.new`, `${JSON.stringify(record, null, 2)}\n`);
  await rename(`${recordPath(path)}.new`, recordPath(path));
}

export async function removeRecord(path: string): Promise<void> {
  await rm(recordPath(path), { force: true });
}

/** SHA-256 of a file, in hexadecimal digits. */
export async function sha256Of(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash, { signal });
  return hash.digest('hex');
}

/** SHA-256 of a file. @throws {ModelError} when it is not the `expected` one; `name` is what people know it by */
export async function checkSum(
  path: string,
  name: string,
  expected: string,
  signal: AbortSignal,
): Promise<string> {
  const found = await sha256Of(path, signal);
  if (found === expected) return found;
  throw new ModelError(
    `${name} has the wrong SHA-256 (${found} instead of ${expected}): load it again, or correct MODEL_SHA256.`,
  );
}

/** Renames a file over another so that after a power cut there is one or the other, whole. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  const folder = await open(dirname(to));
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
