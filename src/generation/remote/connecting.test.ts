import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { FakeClock } from '../../../test/fakes/clock.ts';
import { Endpoint } from './endpoint.ts';
import { PassingFault } from './failure.ts';
import { streamChunks } from './stream.ts';

/** Listens, says where, and then accepts nobody any more. */
const deaf = `
  const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;

let child: ChildProcess | undefined;
const callers: Socket[] = [];
afterEach(() => {
  child?.kill('SIGKILL');
  for (const caller of callers) caller.destroy();
});

// Other systems refuse a connection that has no room to wait.
it.skipIf(process.platform !== 'linux')(
  'an address that accepts no connection is given up, though nobody watches (on Linux)',
  async () => {
    child = spawn(process.execPath, ['-e', deaf], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [port] = await once(child.stdout!, 'data');
    for (let room = 0; room < 16; room++)
      callers.push(connect(Number(port), '127.0.0.1').on('error', () => {}));
    const chunks = streamChunks({
      endpoint: new Endpoint({ url: `http://127.0.0.1:${port}`, apiKey: undefined }),
      wire: { path: '/v1/completions', body: {} },
      headers: {},
      patience: { firstMs: 600_000, nextMs: 600_000 },
      clock: new FakeClock(),
      signal: new AbortController().signal,
    });
    const failure = await chunks.next().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PassingFault);
    expect(String(failure)).toContain('UND_ERR_CONNECT_TIMEOUT');
  },
);
