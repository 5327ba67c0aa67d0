import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { schemaName, schemaVersion } from './records.ts';
import { splitLines } from './snapshot.ts';

/** A dump that can't be read back: its message is a sentence that says why. */
export class BadDump extends Error {
  override name = 'BadDump';
}

const headerSchema = z.object({
  type: z.literal('header'),
  format: z.literal(schemaName),
  version: z.number(),
});
const endSchema = z.object({ type: z.literal('end'), records: z.number(), sha256: z.string() });
const typePattern = /^\{"type":"([a-z]+)"/;

export interface DumpLine {
  /** From 1. */
  number: number;
  type: string;
  line: Buffer;
}

/** The records of a dump or of a JSONL export, compressed or not, between its first line and its last. */
export async function* readRecords(path: string): AsyncGenerator<DumpLine> {
  let number = 0;
  for await (const line of splitLines(await openDump(path))) {
    number += 1;
    const type = typePattern.exec(line.toString('latin1', 0, 40))?.[1];
    if (!type) throw new BadDump(`${path}, line ${number}, is not a record of a history.`);
    if (type !== 'header' && type !== 'end') yield { number, type, line };
  }
}

/**
 * Reads a dump through and checks that it is whole and unchanged.
 * @returns how many records and turns it holds
 * @throws {BadDump} when it is not
 */
export async function verifyDump(path: string): Promise<{ records: number; turns: number }> {
  const hash = createHash('sha256');
  let records = 0;
  let turns = 0;
  let first = true;
  let end: z.infer<typeof endSchema> | undefined;
  try {
    for await (const line of splitLines(await openDump(path))) {
      if (end) throw new BadDump(`${path} goes on after its end.`);
      if (first) checkHeader(path, line);
      const type = typePattern.exec(line.toString('latin1', 0, 40))?.[1];
      if (type === 'end') {
        end = endSchema.parse(JSON.parse(line.toString()));
      } else {
        hash.update(line).update('\n');
        if (!first) records += 1;
        if (type === 'turn') turns += 1;
      }
      first = false;
    }
  } catch (error) {
    if (error instanceof BadDump) throw error;
    const { code = 'not readable' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new BadDump(`There is no file ${path}.`);
    const what = code.startsWith('E') ? "can't be read" : 'is damaged or cut off';
    throw new BadDump(`${path} ${what} (${code}).`);
  }
  if (!end) throw new BadDump(`${path} is cut off: its last line is missing.`);
  if (end.records !== records || end.sha256 !== hash.digest('hex')) {
    throw new BadDump(`${path} is damaged: it is not what was written once.`);
  }
  return { records, turns };
}

function checkHeader(path: string, line: Buffer): void {
  let header: unknown;
  try {
    header = JSON.parse(line.toString());
  } catch {
    header = undefined;
  }
  const parsed = headerSchema.safeParse(header);
  if (!parsed.success) throw new BadDump(`${path} is not a dump of Storyteller, nor an export as JSONL.`);
  if (parsed.data.version > schemaVersion) {
    throw new BadDump(`${path} was written by a newer Storyteller: update this one first.`);
  }
}

async function openDump(path: string): Promise<AsyncIterable<Buffer>> {
  const handle = await open(path, 'r');
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
  await handle.close();
  const compressed = bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  if (!compressed) return file;
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  file.once('error', (error) => gunzip.destroy(error));
  return file.pipe(gunzip);
}
