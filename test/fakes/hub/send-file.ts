import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault } from './faults.ts';

const pieceBytes = 64 * 1024;

/** Answers with a file or the range of it that was asked for, as a static server with strong entity tags does. */
export async function sendFile(
  bytes: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
  fault: Fault | undefined,
): Promise<void> {
  if (fault?.kind === 'status') {
    response.writeHead(fault.status, fault.headers).end();
    return;
  }
  const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
  const start = rangeStart(request, fault?.kind === 'ignore-if-range' ? undefined : etag);
  const ranged = start !== undefined && fault?.kind !== 'ignore-range';
  if (ranged && start >= bytes.length) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    return;
  }
  const body = spoil(bytes.subarray(ranged ? start : 0), fault);
  response.writeHead(ranged ? 206 : 200, {
    etag,
    'accept-ranges': 'bytes',
    ...(fault?.kind === 'chunked' ? {} : { 'content-length': String(body.length) }),
    ...(ranged ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}),
  });
  const stopAfter = fault?.kind === 'drop' || fault?.kind === 'stall' ? fault.afterBytes : body.length;
  for (let at = 0; at < stopAfter; at += pieceBytes) {
    await write(response, body.subarray(at, Math.min(at + pieceBytes, stopAfter)));
  }
  if (fault?.kind === 'drop') response.destroy();
  else if (fault?.kind !== 'stall') response.end();
}

function rangeStart(request: IncomingMessage, etag: string | undefined): number | undefined {
  const ifRange = request.headers['if-range'];
  if (etag && ifRange !== undefined && ifRange !== etag) return undefined;
  const match = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
  return match ? Number(match[1]) : undefined;
}

function spoil(bytes: Buffer, fault: Fault | undefined): Buffer {
  if (fault?.kind === 'short') return bytes.subarray(0, fault.bytes);
  if (fault?.kind !== 'corrupt') return bytes;
  const spoiled = Buffer.from(bytes);
  const middle = Math.floor(spoiled.length / 2);
  spoiled.writeUInt8(spoiled.readUInt8(middle) ^ 0xff, middle);
  return spoiled;
}

/** Resolves when the piece has left for the client, so that a drop comes after it. */
function write(response: ServerResponse, piece: Buffer): Promise<void> {
  return new Promise((resolve) => response.write(piece, () => resolve()));
}
