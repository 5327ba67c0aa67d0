import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Config } from '../ops/config.ts';
import type { Database } from '../storage/database.ts';
import { writeAtomically } from './atomic-file.ts';
import { addAudit } from './audit.ts';
import { dump as writeDump } from './dump.ts';
import { erase as eraseSubject, type Subject } from './erase.ts';
import { countTurns, exportHistory } from './export.ts';
import type { HistoryFilter } from './filter.ts';
import { formatOf } from './formats.ts';
import { restore as readDump } from './restore.ts';
import { saveTombstones } from './tombstones.ts';

/** Who the audit log names for what is done from the command line. */
export const cliActor = 'cli';

/** Something that shows how far a long command is: a progress bar. */
export interface Progress {
  start(all: number): void;
  update(turns: number): void;
  stop(): void;
}

export interface HistoryContext {
  config: Config;
  db: Database;
  now: Date;
  progress?: Progress | undefined;
}

/**
 * Writes an export to the file `output`, or to `stdout` when that is `-`.
 * @returns how many turns were read
 */
export async function exportCommand(
  { db, now, progress }: HistoryContext,
  options: { format: string; filter: HistoryFilter; output: string; locale: string; stdout: Writable },
): Promise<number> {
  const format = formatOf(options.format);
  const { filter, output, stdout } = options;
  let turns = 0;
  const onTurns = (read: number) => {
    turns = read;
    progress?.update(read);
  };
  progress?.start(await countTurns(db, filter));
  try {
    await exportHistory({ db, format, filter, locale: options.locale, takenAt: now, onTurns }, (pieces) =>
      output === '-' ? writeTo(stdout, pieces) : writeAtomically(output, pieces),
    );
  } finally {
    progress?.stop();
  }
  await addAudit(db, cliActor, 'export', { format: options.format, turns });
  return turns;
}

/** Standard output stays open for whoever comes next; a reader that has had enough (`| head`) is no error. */
async function writeTo(stdout: Writable, pieces: AsyncIterable<Uint8Array | string>): Promise<void> {
  try {
    await pipeline(pieces, stdout, { end: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}

/** @throws {Error} when there is no folder to write to, or another process is dumping */
export async function dumpCommand(
  { config, db, now, progress }: HistoryContext,
  options: { folder?: string | undefined; keep?: number | undefined },
): Promise<string> {
  const folder = options.folder ?? config.dumps.dir;
  if (!folder) throw new Error('Where to? Set DUMP_DIR, or give --dir FOLDER.');
  progress?.start(await countTurns(db, {}));
  try {
    const onTurns = (turns: number) => progress?.update(turns);
    const keep = options.keep ?? config.dumps.keep;
    const path = await writeDump({ db, folder, keep, takenAt: now, onTurns });
    if (!path) throw new Error('Another process is writing a dump just now: try again later.');
    return path;
  } finally {
    progress?.stop();
  }
}

/** @throws {BadDump | NotEmpty} when nothing was restored, saying why */
export async function restoreCommand(
  { db, progress }: HistoryContext,
  options: { paths: string[]; merge: boolean },
): Promise<{ records: number; turns: number }> {
  let started = false;
  const onTurns = (turns: number, all: number) => {
    if (!started) progress?.start(all);
    started = true;
    progress?.update(turns);
  };
  try {
    // Not noted in the audit log, which is restored as well: the next dump is to be the same.
    return await readDump({ db, ...options, onTurns });
  } finally {
    if (started) progress?.stop();
  }
}

/** @throws {Error} when there is nobody and nothing of that name */
export async function eraseCommand({ config, db }: HistoryContext, subject: Subject): Promise<number> {
  const turns = await eraseSubject(db, subject, cliActor);
  if (turns === undefined) throw new Error(`There is no ${subject.kind} ${subject.reference}.`);
  if (config.dumps.dir) await saveTombstones(db, config.dumps.dir);
  return turns;
}
