import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { temporaryName } from './atomic-file.ts';

const dumpPattern = /^storyteller-\d{8}T\d{6}Z\.jsonl\.gz$/;

/** `storyteller-20261125T030000Z.jsonl.gz`: names in order are dumps in order. */
export function dumpName(takenAt: Date): string {
  return `storyteller-${takenAt.toISOString().replace(/[-:]|\.\d+/g, '')}.jsonl.gz`;
}

/** The dumps of a folder, oldest first. */
export async function listDumps(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => dumpPattern.test(name)).sort();
}

/** Removes all but `written` and the newest others, `keep` in all. */
export async function pruneDumps(folder: string, keep: number, written: string): Promise<void> {
  // While the clock was ahead, dumps got names that are newer than those of today.
  const others = (await listDumps(folder)).filter((name) => name !== basename(written));
  for (const name of others.reverse().slice(keep - 1)) await rm(join(folder, name), { force: true });
}

/** Removes what a process that was killed left half written. */
export async function removeHalfWritten(folder: string): Promise<void> {
  const half = (await readdir(folder).catch(() => [])).filter(
    (name) => temporaryName.test(name) && dumpPattern.test(name.replace(/^\.|\.\d+\.tmp$/g, '')),
  );
  for (const name of half) await rm(join(folder, name), { force: true });
}
