import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { useClosedPort } from '../../test/support/closed-port.ts';
import { packageRoot } from './paths.ts';

const script = join(packageRoot, 'dist/src/ops/healthcheck.js');
const closed = useClosedPort();
const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(status: number): Promise<string> {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/health' ? status : 404).end('{}');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return String((server.address() as AddressInfo).port);
}

const exitCode = (...ports: string[]) =>
  new Promise((resolve) => {
    execFile(process.execPath, [script, ...ports]).once('exit', resolve);
  });

describe('healthcheck', () => {
  it('is healthy when every port that is open says so', async () => {
    expect(await exitCode(String(closed.port), await serve(200), await serve(200))).toBe(0);
  });

  it('is unhealthy when one that is open does not', async () => {
    expect(await exitCode(await serve(200), await serve(503))).toBe(1);
  });

  it('is unhealthy when none is open', async () => {
    expect(await exitCode(String(closed.port))).toBe(1);
  });
});
