import { type FileHandle, mkdir, open, rename, rm, stat } from 'node:fs/promises';
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
  // A rename would put a file in the place of a device or a pipe, such as /dev/null.
  const there = await stat(path).catch(() => undefined);
  if (there && !there.isFile()) throw new Error(`${path} is no file.`);
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${basename(path)}.${process.pid}.tmp`);
  try {
    const file = await open(temporary, 'w', 0o600);
    try {
      const write = (pieces: AsyncIterable<Uint8Array | string>) => writeThrough(file, pieces, signal);
      const source = through && Readable.from(content, { objectMode: false });
      await (source ? pipeline(source, through, write, signal ? { signal } : {}) : write(content));
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

const writeBytes = 512 * 1024;
const flushBytes = 64 * 1024 * 1024;

/**
 * Writes in pieces large enough that handing them over costs nothing, each while the next one is filled, and lets the
 * disk begin while more is coming: a long file would otherwise be waited for a second time at its end.
 */
async function writeThrough(
  file: FileHandle,
  content: AsyncIterable<Uint8Array | string>,
  signal: AbortSignal | undefined,
): Promise<void> {
  let buffer = Buffer.allocUnsafeSlow(writeBytes);
  let spare = Buffer.allocUnsafeSlow(writeBytes);
  let filled = 0;
  let unflushed = 0;
  let writing = Promise.resolve();
  let flushing = Promise.resolve();

  async function writeAll(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
    unflushed += bytes.length;
    if (unflushed < flushBytes) return;
    unflushed = 0;
    await flushing;
    flushing = file.datasync();
    // Told when it is waited for.
    flushing.catch(() => {});
  }
  async function write(): Promise<void> {
    await writing;
    writing = writeAll(buffer.subarray(0, filled));
    writing.catch(() => {});
    [buffer, spare] = [spare, buffer];
    filled = 0;
  }

  try {
    for await (const piece of content) {
      signal?.throwIfAborted();
      const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
      for (let at = 0; at < bytes.length; ) {
        const more = bytes.subarray(at, at + writeBytes - filled);
        buffer.set(more, filled);
        filled += more.length;
        at += more.length;
        if (filled === writeBytes) await write();
      }
    }
    await write();
  } finally {
    // What is written last may begin a flush, whose failure no later sync would tell again.
    await writing.finally(() => flushing);
  }
}

/** Makes a rename last through a power cut; Windows has no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
}
