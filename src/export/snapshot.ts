import type { ClientBase } from 'pg';
import { poolOf } from '../storage/connection.ts';
import type { Database } from '../storage/database.ts';

/**
 * Runs `work` on a connection of its own that sees the history as it is now, whatever is written meanwhile.
 * Times are UTC in it, and a query may take as long as it needs.
 */
export async function withSnapshot<T>(db: Database, work: (client: ClientBase) => Promise<T>): Promise<T> {
  const client = await poolOf(db).connect();
  let broken: Error | undefined;
  try {
    await client.query('begin isolation level repeatable read read only');
    await client.query("set local statement_timeout = 0; set local timezone = 'UTC'");
    const result = await work(client);
    await client.query('rollback');
    return result;
  } catch (error) {
    broken = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    // A connection in the middle of a COPY can't be used again.
    client.release(broken);
  }
}

/** Cuts bytes into lines, without their line breaks. */
export async function* splitLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  for await (const piece of pieces) {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    let from = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      const line = bytes.subarray(from, end);
      yield rest.length > 0 ? Buffer.concat([...rest, line]) : line;
      rest = [];
      from = end + 1;
    }
    if (from < bytes.length) rest.push(bytes.subarray(from));
  }
  if (rest.length > 0) yield Buffer.concat(rest);
}
