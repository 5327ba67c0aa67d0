import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
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
  { through, signal }: { through?: Transform; signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${basename(path)}.${process.pid}.tmp`);
  try {
    const file = await open(temporary, 'w', 0o600);
    try {
      const source = Readable.from(content, { objectMode: false });
      const write = (pieces: AsyncIterable<Buffer>) => writeThrough(file, pieces);
      const options = signal ? { signal } : {};
      await (through ? pipeline(source, through, write, options) : pipeline(source, write, options));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

const writeBytes = 256 * 1024;
const flushBytes = 64 * 1024 * 1024;

/**
 * Writes in pieces large enough that handing them over costs nothing, and lets the disk begin while more is coming: a
 * long file would otherwise be waited for a second time at its end.
 */
async function writeThrough(file: FileHandle, pieces: AsyncIterable<Buffer>): Promise<void> {
  const buffer = Buffer.allocUnsafe(writeBytes);
  let filled = 0;
  let unflushed = 0;
  let flushing = Promise.resolve();
  async function write(): Promise<void> {
    for (let at = 0; at < filled; ) at += (await file.write(buffer, at, filled - at)).bytesWritten;
    unflushed += filled;
    filled = 0;
    if (unflushed < flushBytes) return;
    unflushed = 0;
    await flushing;
    flushing = file.datasync();
    // Told when it is waited for.
    flushing.catch(() => {});
  }
  try {
    for await (const piece of pieces) {
      for (let at = 0; at < piece.length; ) {
        const copied = piece.copy(buffer, filled, at);
        filled += copied;
        at += copied;
        if (filled === writeBytes) await write();
      }
    }
    await write();
  } finally {
    await flushing;
  }
}

/** Makes a rename last through a power cut; Windows has no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
}
