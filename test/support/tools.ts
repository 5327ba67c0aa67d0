import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Debian's epubcheck is a jar. */
const epubcheckJar = '/usr/share/java/epubcheck.jar';

export const hasJq = spawnSync('jq', ['--version']).status === 0;
export const hasEpubcheck = existsSync(epubcheckJar) && spawnSync('java', ['-version']).status === 0;

/** What jq makes of a document. @throws when it accepts it not */
export function jq(filter: string, input: string): string {
  const { status, stdout, stderr } = spawnSync('jq', ['-c', filter], { input, maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(String(stderr));
  return String(stdout);
}

/** What epubcheck has to say against a book: nothing, for a good one. */
export function epubcheck(path: string): string {
  const { status, stdout, stderr } = spawnSync('java', ['-Xmx256m', '-jar', epubcheckJar, '-q', '-w', path]);
  return status === 0 ? '' : `${stdout}${stderr}`;
}
