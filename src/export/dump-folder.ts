import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
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

/** Removes all but the newest `keep`, and what a process that was killed left half written. */
export async function pruneDumps(folder: string, keep: number): Promise<void> {
  const dumps = await listDumps(folder);
  const half = (await readdir(folder)).filter(
    (name) => temporaryName.test(name) && dumpPattern.test(name.replace(/^\.|\.\d+\.tmp$/g, '')),
  );
  for (const name of [...dumps.slice(0, -keep), ...half]) await rm(join(folder, name), { force: true });
}
