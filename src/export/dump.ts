import { join } from 'node:path';
import { createGzip } from 'node:zlib';
import type { Database } from '../storage/database.ts';
import { writeAtomically } from './atomic-file.ts';
import { dumpName, pruneDumps, removeHalfWritten } from './dump-folder.ts';
import { jsonl } from './jsonl.ts';
import { withLock } from './lock.ts';
import { withSnapshot } from './snapshot.ts';
import { historySource } from './source.ts';
import { saveTombstones } from './tombstones.ts';

/** Little of the processor for most of the gain: level 6 takes three times as long for a tenth less. */
const compressionLevel = 3;

export interface DumpOptions {
  db: Database;
  folder: string;
  /** How many dumps of the folder to keep, the newest ones. */
  keep: number;
  takenAt: Date;
  onTurns?: (turns: number) => void;
  signal?: AbortSignal;
}

/**
 * Writes everything there is to a new file in `folder`, as one moment saw it, and removes the oldest dumps over `keep`.
 * @returns the file's path; undefined when another process is dumping just now
 */
export async function dump(options: DumpOptions): Promise<string | undefined> {
  const { db, folder, keep, takenAt, signal } = options;
  return withLock(db, 'dump', async () => {
    const path = join(folder, dumpName(takenAt));
    await removeHalfWritten(folder);
    await writeDump(path, options);
    await saveTombstones(db, folder);
    await pruneDumps(folder, keep, path);
    signal?.throwIfAborted();
    return path;
  });
}

/** Writes one dump to `path`: the same history always gives the same bytes. */
export async function writeDump(
  path: string,
  { db, takenAt, onTurns, signal }: Pick<DumpOptions, 'db' | 'takenAt' | 'onTurns' | 'signal'>,
): Promise<void> {
  await withSnapshot(db, async (client) => {
    const source = historySource(client, { filter: {}, complete: true, locale: 'en', takenAt, onTurns });
    await writeAtomically(path, jsonl.write(source), {
      through: createGzip({ level: compressionLevel }),
      signal,
    });
  });
}
