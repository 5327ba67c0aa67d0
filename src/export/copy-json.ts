import type { ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';

/** The signature (11 bytes), flags and the length of an extension, of which there is none. */
const fileHeader = 19;
/** Before each row: how many columns (2 bytes), and the length of the only one (4). */
const rowHeader = 6;
const lineBreak = 10;

/**
 * The rows of a query of one JSON column, one a line, as bytes that come in pieces of any length. Copied as binary, for
 * which PostgreSQL looks for nothing to escape: https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS
 */
export async function* copyJson(client: ClientBase, query: string): AsyncGenerator<Buffer> {
  const copied: AsyncIterable<Buffer> = client.query(copyTo(`copy (${query}) to stdout (format binary)`));
  let rest: Buffer = Buffer.alloc(0);
  let toSkip = fileHeader;
  let leftOfRow = 0;
  let isFirst = true;
  for await (const piece of copied) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
    let from = Math.min(toSkip, bytes.length);
    toSkip -= from;
    // Lines are moved together where they are: the header of a row leaves room for the break of the line before it.
    let to = 0;
    while (from < bytes.length) {
      if (leftOfRow > 0) {
        const end = Math.min(bytes.length, from + leftOfRow);
        bytes.copyWithin(to, from, end);
        to += end - from;
        leftOfRow -= end - from;
        from = end;
        continue;
      }
      if (bytes.length - from < 2) break;
      const isTrailer = bytes.readInt16BE(from) < 0;
      if (!isTrailer && bytes.length - from < rowHeader) break;
      leftOfRow = isTrailer ? 0 : bytes.readInt32BE(from + 2);
      from += isTrailer ? 2 : rowHeader;
      if (!isFirst) bytes[to++] = lineBreak;
      isFirst = false;
    }
    rest = Buffer.from(bytes.subarray(from));
    if (to > 0) yield bytes.subarray(0, to);
  }
}
