import { createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What a file is called while it is being written: hidden, and never taken for a whole one. */
export const temporaryName = /^\..*\.\d+\.tmp$/;

/**
 * Writes a file that is there whole or not at all: under another name first, then on the disk, then renamed. Only its
 * owner may read it.
 */
export async function writeAtomically(
  path: string,
  content: AsyncIterable<Uint8Array | string>,
  { through = [], signal }: { through?: Transform[]; signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${basename(path)}.${process.pid}.tmp`);
  try {
    const file = createWriteStream(temporary, { mode: 0o600, flush: true });
    const stages = [Readable.from(content, { objectMode: false }), ...through, file];
    await pipeline(stages, signal ? { signal } : {});
    await rename(temporary, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Makes a rename last through a power cut; Windows has no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
}
