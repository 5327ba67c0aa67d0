import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../test/fakes/clock.ts';
import { FakeTextService } from '../../../test/fakes/text-service.ts';
import { requestFor, write } from '../generator.contract.ts';
import { BadRequest, GeneratorBusy, GeneratorUnavailable, type TextGenerator } from '../generator.ts';
import { Refused } from './failure.ts';
import { createRemoteGenerator } from './remote-generator.ts';

let service: FakeTextService;
let gateway: Server | undefined;
let clock: FakeClock;
let over: AbortController;
let generator: TextGenerator;
const generatorAt = (url: string) =>
  createRemoteGenerator({ url, apiKey: undefined, clock, logger: pino({ level: 'silent' }) });
beforeEach(async () => {
  service = new FakeTextService();
  clock = new FakeClock();
  over = new AbortController();
  void clock.run(over.signal);
  generator = generatorAt(await service.start());
});
afterEach(async () => {
  over.abort();
  gateway?.closeAllConnections();
  gateway?.close();
  gateway = undefined;
  await service.stop();
});

/** A client of something that is no text service, but stands before one. */
const behind = async (handler: Parameters<typeof createServer>[1]) => {
  gateway = createServer(handler);
  await new Promise<void>((resolve) => gateway?.listen(0, '127.0.0.1', resolve));
  return generatorAt(`http://127.0.0.1:${(gateway.address() as AddressInfo).port}`);
};
const failure = (asking: Promise<unknown>) => asking.catch((error: unknown) => error);

describe('a service', () => {
  it('that dies of the same prompt again and again is given up', async () => {
    service.props = { default_generation_settings: { n_ctx: 1024 } };
    service.answers = [
      ({ response, write: send }) => {
        send('', { prompt_progress: { total: 10, processed: 4 } });
        setTimeout(() => response.destroy(), 5);
      },
    ];
    expect(await failure(write(generator, requestFor('x')))).toBeInstanceOf(GeneratorUnavailable);
  });

  it.each(['0', 'Thu, 01 Jan 1970 00:00:00 GMT'])(
    'that is full is not asked again at once (%s)',
    async (when) => {
      service.answers = [({ response }) => response.writeHead(429, { 'retry-after': when }).end('{}')];
      expect(await failure(write(generator, requestFor('x')))).toMatchObject({ retryAfterMs: 1_000 });
    },
  );

  it('that is full in the middle of a text, and for long, says so', async () => {
    service.answers = [
      ({ response, write: send }) => {
        send(' a word');
        setTimeout(() => response.destroy(), 5);
      },
      ({ response }) => response.writeHead(429, { 'retry-after': '100000000' }).end('{}'),
    ];
    const busy = await failure(write(generator, requestFor('Say')));
    expect(busy).toBeInstanceOf(GeneratorBusy);
    expect((busy as GeneratorBusy).retryAfterMs).toBe(600_000);
    expect(service.asked).toHaveLength(2);
  });

  it('that knows few words is asked again by each text that used others', async () => {
    const refusals: (() => void)[] = [];
    service.answers = [
      ({ response, write: send, finish }, { body }) => {
        if (!('top_k' in body)) {
          send(' ok');
          return finish();
        }
        refusals.push(() => response.writeHead(400).end('{"error":{"message":"Unknown field: top_k"}}'));
        if (refusals.length === 2) for (const refuse of refusals) refuse();
      },
    ];
    const both = await Promise.all([write(generator, requestFor('x')), write(generator, requestFor('y'))]);
    expect(both.map(({ text }) => text)).toEqual([' ok', ' ok']);
  });

  it('that knows not even those refuses the request', async () => {
    service.answers = [
      ({ response }) =>
        response.writeHead(400).end('{"error":{"message":"Unsupported parameter","param":"max_tokens"}}'),
    ];
    const refused = await failure(write(generator, requestFor('x')));
    expect(refused).toBeInstanceOf(BadRequest);
    expect(refused).toMatchObject({ field: 'max_tokens' });
  });

  it('that counts in a way of its own loses no word', async () => {
    service.answers = [
      ({ write: send, finish }) => {
        send(' Once', { tokens: [17], usage: { prompt_tokens: 3 }, timings: {} });
        send(' more.');
        finish();
      },
    ];
    expect((await write(generator, requestFor('x'))).text).toBe(' Once more.');
  });
});

it('a service that ends its stream without a blank line has ended its text', async () => {
  service.answers = [
    ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('data: {"choices":[{"text":" Once.","finish_reason":"stop"}]}\n');
    },
  ];
  expect(await write(generator, requestFor('x', { maxTokens: 16 }))).toMatchObject({
    text: ' Once.',
    end: { reason: 'stop' },
  });
});

describe('what stands before a service', () => {
  it.each([429, 502, 504])('may say %d while there is none, and is not taken for it', async (status) => {
    const client = await behind((_request, response) => response.writeHead(status).end('<html>'));
    const told = await failure(client.describe());
    expect(told).toBeInstanceOf(GeneratorUnavailable);
    expect(told).not.toBeInstanceOf(Refused);
  });

  it('may lose the connection in the middle of an answer', async () => {
    const client = await behind((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{');
      setTimeout(() => response.destroy(), 5);
    });
    expect(await failure(client.describe())).toBeInstanceOf(GeneratorUnavailable);
  });

  it('is asked nothing more by who wants to stop', async () => {
    const stopping = new AbortController();
    const asked: (string | undefined)[] = [];
    const client = await behind(({ url }, response) => {
      asked.push(url);
      stopping.abort();
      response.writeHead(404).end();
    });
    const { end } = await write(client, requestFor('x'), stopping.signal);
    expect(end.reason).toBe('abort');
    expect(asked).toEqual(['/props']);
  });
});
