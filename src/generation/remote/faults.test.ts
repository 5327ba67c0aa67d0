import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../test/fakes/clock.ts';
import { FakeTextService } from '../../../test/fakes/text-service.ts';
import { requestFor, write } from '../generator.contract.ts';
import { BadRequest, GeneratorBusy, GeneratorUnavailable, type TextGenerator } from '../generator.ts';
import { createRemoteGenerator } from './remote-generator.ts';

const logger = pino({ level: 'silent' });
let service: FakeTextService;
let url: string;
let generator: TextGenerator;
let over: AbortController;
beforeEach(async () => {
  service = new FakeTextService();
  url = await service.start();
  const clock = new FakeClock();
  over = new AbortController();
  void clock.run(over.signal);
  generator = createRemoteGenerator({ url, apiKey: 'secret', clock, logger });
});
afterEach(() => {
  over.abort();
  return service.stop();
});

describe('a service that fails', () => {
  it('in the middle of a text is asked for the rest, every word once', async () => {
    service.answers = [
      ({ response, write }) => {
        write(' there was');
        write(' a fox');
        setTimeout(() => response.destroy(), 20);
      },
      ({ response }) => response.writeHead(503).end('{"error":{"message":"Loading model"}}'),
      ({ response, write }) => {
        write(' who lived');
        response.end();
      },
      ({ write, finish }) => {
        write(' in a wood.');
        finish();
      },
    ];
    const { text, end } = await write(generator, requestFor('Once', { maxTokens: 100 }));
    expect(text).toBe(' there was a fox who lived in a wood.');
    expect(end).toMatchObject({ reason: 'stop', usage: { completionTokens: 4 } });
    expect(service.asked.map(({ body }) => [body.prompt, body.max_tokens])).toEqual([
      ['Once', 100],
      ['Once there was a fox', 98],
      ['Once there was a fox', 98],
      ['Once there was a fox who lived', 97],
    ]);
  });

  it('in the middle of a chat has its own last message continued', async () => {
    service.answers = [
      ({ response, write }) => {
        write('Once upon');
        setTimeout(() => response.destroy(), 20);
      },
      ({ write, finish }) => {
        write(' a time.');
        finish();
      },
    ];
    const messages = [{ role: 'user' as const, content: 'A tale, please' }];
    const { text } = await write(generator, { ...requestFor(''), prompt: { kind: 'chat', messages } });
    expect(text).toBe('Once upon a time.');
    expect(service.asked[1]?.body.messages).toEqual([
      ...messages,
      { role: 'assistant', content: 'Once upon' },
    ]);
  });

  it('by falling silent is asked again', async () => {
    service.answers = [
      ({ write }) => write(' a word'),
      ({ write, finish }) => {
        write(' and more');
        finish();
      },
    ];
    expect((await write(generator, requestFor('Say'))).text).toBe(' a word and more');
  });

  it('with an error in its stream is asked again', async () => {
    service.answers = [
      ({ response }) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end('data: {"error":{"message":"out of memory"}}\n\n');
      },
      ({ write, finish }) => {
        write(' fine');
        finish('length');
      },
    ];
    const { text, end } = await write(generator, requestFor('All is'));
    expect([text, end.reason]).toEqual([' fine', 'length']);
  });

  it('for too long is given up, with a sentence', async () => {
    service.answers = [({ response }) => response.writeHead(500).end('{}')];
    await expect(write(generator, requestFor('x'))).rejects.toBeInstanceOf(GeneratorUnavailable);
    expect(service.asked.length).toBeGreaterThan(5);
    await service.stop();
    await expect(generator.describe()).rejects.toThrow(/can't be reached/);
  });

  it('does not keep anybody who wants to stop', async () => {
    service.answers = [({ response }) => response.writeHead(500).end('{}')];
    const stopping = new AbortController();
    setTimeout(() => stopping.abort(), 50);
    const { end } = await write(generator, requestFor('x'), stopping.signal);
    expect(end.reason).toBe('abort');
  });
});

describe('a service that refuses', () => {
  it('because it is full says when to come again', async () => {
    service.answers = [({ response }) => response.writeHead(429, { 'retry-after': '7' }).end('{}')];
    const refused = await write(generator, requestFor('x')).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(GeneratorBusy);
    expect((refused as GeneratorBusy).retryAfterMs).toBe(7_000);
  });

  it('a field names it', async () => {
    const error = { message: 'temperature is odd', param: 'temperature' };
    service.answers = [({ response }) => response.writeHead(400).end(JSON.stringify({ error }))];
    const refused = await write(generator, requestFor('x')).catch((failure: unknown) => failure);
    expect(refused).toBeInstanceOf(BadRequest);
    expect(refused).toMatchObject({ field: 'temperature', message: 'temperature is odd' });
  });

  it('the key is not asked again and again', async () => {
    service.answers = [({ response }) => response.writeHead(401).end('{}')];
    await expect(write(generator, requestFor('x'))).rejects.toThrow(/GENERATOR_API_KEY/);
    expect(service.asked).toHaveLength(1);
    expect(service.asked[0]?.headers.authorization).toBe('Bearer secret');
  });

  it('words that are not OpenAI’s gets only those', async () => {
    service.answers = [
      ({ response }) =>
        response.writeHead(400).end('{"error":{"message":"Unrecognized request argument supplied: top_k"}}'),
      ({ write, finish }) => {
        write(' ok');
        finish();
      },
    ];
    expect((await write(generator, requestFor('x'))).text).toBe(' ok');
    expect(service.asked[0]?.body).toHaveProperty('top_k');
    expect(service.asked[1]?.body).not.toHaveProperty('top_k');
    expect(service.asked[1]?.body).not.toHaveProperty('return_progress');
  });

  it('a prompt that is too long gets the newest part of it, cut at the same place as the story grows', async () => {
    const most = 9_000;
    service.answers = [
      ({ response, write, finish }, { body }) => {
        if ((body.prompt ?? '').length > most)
          return void response
            .writeHead(400)
            .end('{"error":{"message":"This model\'s maximum context length is 2048 tokens."}}');
        write('.');
        finish();
      },
    ];
    const story = Array.from({ length: 3_000 }, (_, index) => `word${index} `).join('');
    const starts = [];
    for (const length of [20_000, 20_500, 21_000]) {
      await write(generator, requestFor(story.slice(0, length)));
      const prompt = service.asked.at(-1)?.body.prompt ?? '';
      expect(story.slice(0, length).endsWith(prompt)).toBe(true);
      starts.push(length - prompt.length);
    }
    expect(new Set(starts).size).toBeLessThan(3);
  });
});

describe('what a service is', () => {
  it('is told by its list of models, when it says no more', async () => {
    expect(await generator.describe()).toEqual({
      name: 'acme/teller-7b-instruct',
      contextLength: 2048,
      chat: true,
      bundled: false,
    });
  });

  it("is told by its properties, when it is llama.cpp's", async () => {
    service.props = { default_generation_settings: { n_ctx: 1024 }, chat_template: 'x' };
    service.models = { data: [{ id: 'tales.gguf' }] };
    expect(await generator.describe()).toMatchObject({ contextLength: 1024, chat: false });
  });

  it('is asked for progress only when it knows of it', async () => {
    service.props = { default_generation_settings: { n_ctx: 1024 } };
    service.answers = [
      ({ write, finish }) => {
        write('', { prompt_progress: { total: 10, processed: 4, cache: 0, time_ms: 3 } });
        write(' x');
        finish();
      },
    ];
    const { events } = await write(generator, requestFor('x'));
    expect(service.asked[0]?.body).toMatchObject({ return_progress: true });
    expect(events[0]).toEqual({ type: 'reading', done: 4, total: 10 });
  });
});
