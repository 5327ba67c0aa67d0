import type { ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { type LineShape, plainLine, writeLine } from './json-line.ts';

/** The signature (11 bytes), flags and the length of an extension, of which there is none. */
const fileHeader = 19;
const pieceBytes = 256 * 1024;

/**
 * The rows of a query as lines of JSON, in pieces of any length: rows of one JSON column, unless `shape` says of what.
 * They are copied as binary: https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS
 */
export async function* copyJson(
  client: ClientBase,
  query: string,
  shape: LineShape = plainLine,
): AsyncGenerator<Buffer> {
  const copied: AsyncIterable<Buffer> = client.query(copyTo(`copy (${query}) to stdout (format binary)`));
  let lines = Buffer.allocUnsafeSlow(pieceBytes);
  let filled = 0;
  // What has come of a row that is not whole, and how much there must be before it is worth looking again.
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let needed = fileHeader;
  let from = fileHeader;
  for await (const piece of copied) {
    waiting.push(piece);
    waitingBytes += piece.length;
    if (waitingBytes < needed) continue;
    const bytes = Buffer.concat(waiting, waitingBytes);
    let end = rowEnd(bytes, from);
    for (; end <= bytes.length; end = rowEnd(bytes, from)) {
      const room = shape.fixedBytes + shape.growth * (end - from);
      if (room > lines.length - filled) {
        if (filled > 0) yield lines.subarray(0, filled);
        lines = Buffer.allocUnsafeSlow(Math.max(pieceBytes, room));
        filled = 0;
      }
      filled = writeLine(shape, bytes, from, lines, filled);
      from = end;
    }
    waiting = [bytes.subarray(from)];
    waitingBytes = bytes.length - from;
    needed = end - from;
    from = 0;
  }
  if (filled > 0) yield lines.subarray(0, filled);
}

/** Where the row ends that begins at `from`, or at least how far it goes; nowhere after the last one. */
function rowEnd(bytes: Buffer, from: number): number {
  let end = from + 2;
  if (end > bytes.length) return end;
  const columns = bytes.readInt16BE(from);
  if (columns < 0) return Infinity;
  for (let column = 0; column < columns; column++) {
    if (end + 4 > bytes.length) return end + 4;
    end += 4 + Math.max(0, bytes.readInt32BE(end));
  }
  return end;
}
