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
  // What is read is moved into one buffer that stays: garbage of this size is given back late.
  let rows = Buffer.allocUnsafeSlow(pieceBytes);
  let length = 0;
  let from = fileHeader;
  for await (const piece of copied) {
    if (length + piece.length > rows.length) {
      rows = Buffer.concat([rows.subarray(0, length), piece], 2 * (length + piece.length));
    } else {
      piece.copy(rows, length);
    }
    length += piece.length;
    if (length < from) continue;
    for (let end = rowEnd(rows, from, length); end <= length; end = rowEnd(rows, from, length)) {
      const room = shape.fixedBytes + shape.growth * (end - from);
      if (room > lines.length - filled) {
        if (filled > 0) yield lines.subarray(0, filled);
        lines = Buffer.allocUnsafeSlow(Math.max(pieceBytes, room));
        filled = 0;
      }
      filled = writeLine(shape, rows, from, lines, filled);
      from = end;
    }
    rows.copyWithin(0, from, length);
    length -= from;
    from = 0;
  }
  if (filled > 0) yield lines.subarray(0, filled);
}

/** Where the row ends that begins at `from`, or at least how far it goes; nowhere after the last one. */
function rowEnd(rows: Buffer, from: number, length: number): number {
  let end = from + 2;
  if (end > length) return end;
  const columns = rows.readInt16BE(from);
  if (columns < 0) return Infinity;
  for (let column = 0; column < columns; column++) {
    if (end + 4 > length) return end + 4;
    end += 4 + Math.max(0, rows.readInt32BE(end));
  }
  return end;
}
