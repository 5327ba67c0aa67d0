import { createHash } from 'node:crypto';
import type { ExportFormat } from './format.ts';
import { schemaName, schemaVersion } from './records.ts';

/** Everything, one record a line, to be read back by `storyteller restore`. The last line proves that it is whole. */
export const jsonl: ExportFormat = {
  extension: 'jsonl',
  contentType: 'application/x-ndjson',
  async *write(source) {
    const hash = createHash('sha256');
    let records = 0;
    const header = `${JSON.stringify({ type: 'header', format: schemaName, version: schemaVersion })}\n`;
    hash.update(header);
    yield Buffer.from(header);
    for (const { lines } of source.records()) {
      for await (const piece of lines) {
        hash.update(piece);
        records += countLines(piece);
        yield piece;
      }
    }
    yield Buffer.from(`${JSON.stringify({ type: 'end', records, sha256: hash.digest('hex') })}\n`);
  },
};

export function countLines(piece: Uint8Array): number {
  let lines = 0;
  for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) lines += 1;
  return lines;
}
