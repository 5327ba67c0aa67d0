import { type FileHandle, open, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskError, diskFull } from './model-error.ts';

/** What a part belongs to: it may be continued only with more of the same. */
export interface PartRecord {
  source: string;
  /** The strong validator of the server that sent it. */
  etag?: string | undefined;
  /** The whole file's checksum, where it is known beforehand. */
  sha256?: string | undefined;
}

/** A model file on its way: its bytes so far in `path`, and beside them what they are part of. */
export class PartFile {
  readonly path: string;
  record: PartRecord | undefined;
  length: number;
  private readonly handle: FileHandle;

  private constructor(path: string, handle: FileHandle, record: PartRecord | undefined, length: number) {
    this.path = path;
    this.handle = handle;
    this.record = record;
    this.length = length;
  }

  /**
   * Opens the part that an earlier run left of `source`, or a new one.
   * @throws {ModelError} when the folder can't be written to
   */
  static async open(path: string, source: string): Promise<PartFile> {
    try {
      const handle = await open(path, 'r+').catch(() => open(path, 'w+'));
      const record = await readRecord(path);
      const known = record?.source === source;
      return new PartFile(path, handle, known ? record : undefined, known ? (await handle.stat()).size : 0);
    } catch (error) {
      throw diskError(error, dirname(path));
    }
  }

  /** Empties it, to begin again with what `record` describes. */
  async restart(record: PartRecord): Promise<void> {
    await this.disk(async () => {
      if ((await this.handle.stat()).size > 0) await this.handle.truncate(0);
      await writeFile(recordPath(this.path), JSON.stringify(record));
    });
    this.record = record;
    this.length = 0;
  }

  async append(chunk: Uint8Array): Promise<void> {
    await this.disk(async () => {
      for (let done = 0; done < chunk.length; ) {
        const { bytesWritten } = await this.handle.write(chunk, done, chunk.length - done, this.length);
        done += bytesWritten;
        this.length += bytesWritten;
      }
    });
  }

  /** @throws {ModelError} when the disk has no room for `bytes` more */
  async needRoom(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(dirname(this.path));
    if (bytes > bavail * bsize) throw diskFull(dirname(this.path), bytes - bavail * bsize);
  }

  async flush(): Promise<void> {
    await this.disk(() => this.handle.sync());
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  /** Removes what stands beside the part, once the part is the model. */
  async forgetRecord(): Promise<void> {
    await rm(recordPath(this.path), { force: true });
  }

  async discard(): Promise<void> {
    await rm(this.path, { force: true });
    await this.forgetRecord();
  }

  private async disk(work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => {
      throw diskError(error, dirname(this.path));
    });
  }
}

const recordPath = (path: string) => `${path}.json`;

async function readRecord(path: string): Promise<PartRecord | undefined> {
  try {
    return JSON.parse(await readFile(recordPath(path), 'utf8')) as PartRecord;
  } catch {
    return undefined;
  }
}
