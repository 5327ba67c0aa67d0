import type { lookup } from 'node:dns';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { anyAddress } from './any-address.ts';
import { Endpoint } from './endpoint.ts';

const addresses = ['127.0.0.1', '127.0.0.2', '127.0.0.3'].map((address) => ({ address, family: 4 }));
const resolve = ((_name: string, _options: object, done: (error: null, all: typeof addresses) => void) =>
  done(null, addresses)) as unknown as typeof lookup;
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listen(host: string, port = 0): Promise<number> {
  const server = createServer((_, response) => response.end(host)).listen(port, host);
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Who answers so many questions, one after the other. */
async function answers(port: number, count: number): Promise<Set<string>> {
  const endpoint = new Endpoint({ url: `http://generator:${port}`, apiKey: undefined, resolve });
  const from = new Set<string>();
  for (let asked = 0; asked < count; asked++) from.add(await (await endpoint.get('/')).body.text());
  return from;
}

// Other systems have one loopback address only.
describe.skipIf(process.platform !== 'linux')('several generators behind one name (on Linux)', () => {
  it('all get work', async () => {
    const port = await listen('127.0.0.1');
    await listen('127.0.0.2', port);
    await listen('127.0.0.3', port);
    expect(await answers(port, 60)).toEqual(new Set(addresses.map(({ address }) => address)));
  });

  it('do the work of one that is gone', async () => {
    const port = await listen('127.0.0.1');
    await listen('127.0.0.3', port);
    expect(await answers(port, 60)).toEqual(new Set(['127.0.0.1', '127.0.0.3']));
  });
});

describe('anyAddress', () => {
  it('passes on that a name is not known', async () => {
    const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND nobody'), { code: 'ENOTFOUND' });
    const lost = ((_: string, __: object, done: (error: Error) => void) =>
      done(unknown)) as unknown as typeof lookup;
    const error = await new Promise((done) => anyAddress(lost)('nobody', {}, done));
    expect(error).toBe(unknown);
  });
});
