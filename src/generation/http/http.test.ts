import OpenAI from 'openai';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../ops/config.ts';
import { bundledModelPath } from '../../ops/paths.ts';
import { type RunningGenerator, runGenerator } from '../serve.ts';

const apiKey = 'a key for tests';
let service: RunningGenerator;
let client: OpenAI;

beforeAll(async () => {
  const config = loadConfig({
    GENERATOR_PORT: '0',
    GENERATOR_PARALLEL: '2',
    GENERATOR_THREADS: '1',
    GENERATOR_QUEUE: '2',
    GENERATOR_API_KEY: apiKey,
  });
  service = await runGenerator({ config, logger: pino({ level: 'silent' }), modelPath: bundledModelPath });
  client = new OpenAI({ baseURL: `${service.url}/v1`, apiKey, maxRetries: 0 });
});
afterAll(() => service.close());

const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
const get = (path: string) => fetch(service.url + path, { headers });
const post = (path: string, body: unknown, signal?: AbortSignal) =>
  fetch(service.url + path, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
const metric = async (name: string) => {
  const text = await (await get('/metrics')).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
};
const atRest = async () => {
  while (
    (await metric('storyteller_generator_writing')) + (await metric('storyteller_generator_waiting')) >
    0
  )
    await new Promise((resolve) => setTimeout(resolve, 20));
};

describe("OpenAI's own client", () => {
  it('completes a text, streaming and whole', async () => {
    const asked = { model: 'any', prompt: 'Once upon a time', seed: 1, max_tokens: 60 };
    await client.completions.create(asked);
    const whole = await client.completions.create(asked);
    let streamed = '';
    let usage: OpenAI.CompletionUsage | undefined;
    const stream = await client.completions.create({
      ...asked,
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const chunk of stream) {
      streamed += chunk.choices[0]?.text ?? '';
      usage = chunk.usage ?? usage;
    }
    expect(streamed).toBe(whole.choices[0]?.text);
    expect(whole.choices[0]?.finish_reason).toBe('length');
    expect(usage).toMatchObject({ prompt_tokens: 6, completion_tokens: 60, total_tokens: 66 });
  });

  it('chats, and has a last assistant message continued', async () => {
    const messages: OpenAI.ChatCompletionMessageParam[] = [
      { role: 'user', content: [{ type: 'text', text: 'Tell me about a fox' }] },
      { role: 'assistant', content: 'Once there was a fox who' },
    ];
    const whole = await client.chat.completions.create({ model: 'any', messages, max_completion_tokens: 20 });
    expect(whole.choices[0]?.message.content).toMatch(/^[ ,]/);
    expect(whole.usage?.completion_tokens).toBe(20);
    const stream = client.chat.completions.stream({ model: 'any', messages, max_tokens: 20 });
    const final = await stream.finalChatCompletion();
    expect(final.choices[0]?.message.content?.length).toBeGreaterThan(10);
  });

  it('lists the model', async () => {
    const models = await client.models.list();
    expect(models.data.map((model) => model.id)).toEqual(['storyteller-tiny']);
  });

  it('is told what is wrong, and where', async () => {
    const asking = client.completions.create({ model: 'any', prompt: 'x', temperature: 3 });
    await expect(asking).rejects.toMatchObject({ status: 400, param: 'temperature' });
    const other = new OpenAI({ baseURL: `${service.url}/v1`, apiKey: 'wrong', maxRetries: 0 });
    await expect(other.models.list()).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
  });
});

describe('bad input', () => {
  it.each([
    ['/v1/completions', {}, 'prompt'],
    ['/v1/completions', { prompt: 7 }, 'prompt'],
    ['/v1/completions', { prompt: 'x', top_p: -1 }, 'top_p'],
    ['/v1/completions', { prompt: 'x', n: 2 }, 'n'],
    ['/v1/completions', { prompt: 'x', logprobs: 5 }, 'logprobs'],
    ['/v1/completions', { prompt: 'x', echo: true }, 'echo'],
    ['/v1/completions', { prompt: 'x', best_of: 2 }, 'best_of'],
    ['/v1/completions', { prompt: 'x', suffix: ' end' }, 'suffix'],
    ['/v1/completions', { prompt: 'x', seed: 2 ** 32 }, 'seed'],
    ['/v1/completions', { prompt: 'x', stop: Array(17).fill('a') }, 'stop'],
    ['/v1/chat/completions', { messages: [] }, 'messages'],
    ['/v1/chat/completions', { messages: [{ role: 'judge', content: 'x' }] }, 'messages.0.role'],
    ['/v1/chat/completions', { messages: [{ role: 'user', content: 'x' }], logprobs: true }, 'logprobs'],
    ['/completion', { prompt: 'x', n_predict: 0.5 }, 'n_predict'],
    ['/tokenize', { content: null }, 'content'],
  ])('%s %j names the field', async (path, body, field) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { type: 'invalid_request_error', param: field } });
  });

  it('is told in the same form when it is no JSON, too much, or nowhere', async () => {
    for (const [status, answer] of [
      [400, await post('/v1/completions', '{"prompt":')],
      [413, await post('/v1/completions', { prompt: 'x'.repeat(5_000_000) })],
      [404, await get('/nowhere')],
      [400, await get('/%zz')],
    ] as const) {
      expect(answer.status).toBe(status);
      expect(await answer.json()).toMatchObject({ error: { message: expect.stringMatching(/./) } });
    }
  });
});

describe("llama.cpp's endpoints", () => {
  it('complete a text', async () => {
    const asked = { prompt: 'Once upon a time', n_predict: 30, seed: 4, cache_prompt: true };
    const whole = (await (await post('/completion', asked)).json()) as { content: string };
    expect(whole).toMatchObject({
      stop: true,
      stop_type: 'limit',
      tokens_predicted: 30,
      tokens_evaluated: 6,
    });
    const streamed = await (
      await post('/completion', { ...asked, stream: true, return_progress: true })
    ).text();
    const chunks = streamed
      .trim()
      .split('\n\n')
      .map(
        (line) => JSON.parse(line.replace(/^data: /, '')) as { content: string; prompt_progress?: object },
      );
    expect(chunks.map((chunk) => chunk.content).join('')).toBe(whole.content);
    expect(chunks.some((chunk) => chunk.prompt_progress)).toBe(true);
    const stop = whole.content.slice(5, 9);
    const stopped = await (await post('/completion', { ...asked, stop })).json();
    expect(stopped).toMatchObject({ stop_type: 'word', stopping_word: stop });
  });

  it('count tokens', async () => {
    const long = await post('/tokenize', { content: 'x'.repeat(1_000_000) });
    expect([long.status, await long.json()]).toMatchObject([400, { error: { param: 'content' } }]);
    const plain = (await (await post('/tokenize', { content: 'Once upon' })).json()) as { tokens: number[] };
    const special = await (await post('/tokenize', { content: 'Once upon', add_special: true })).json();
    expect(special).toEqual({ tokens: [1, ...plain.tokens] });
  });

  it('tell health and properties', async () => {
    const health = await fetch(`${service.url}/health`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
    expect(await (await get('/props')).json()).toMatchObject({
      total_slots: 2,
      default_generation_settings: { n_ctx: 512 },
    });
  });
});

describe('the service', () => {
  it('tells progress only to who asks for it', async () => {
    const asked = { prompt: 'Once upon a time', max_tokens: 5, stream: true };
    expect(await (await post('/v1/completions', asked)).text()).not.toMatch(
      /prompt_progress|"tokens"|timings/,
    );
    const told = await (await post('/v1/completions', { ...asked, return_progress: true })).text();
    expect(told).toContain('"prompt_progress":{"processed":6,"total":6}');
  });

  it('stops writing for a client that hangs up', async () => {
    const before = await metric('storyteller_generator_texts_total\\{reason="abort"\\}');
    for (const stream of [true, false]) {
      const hangUp = new AbortController();
      const asked = { prompt: 'Once upon a time', max_tokens: 4096, stream };
      const asking = post('/v1/completions', asked, hangUp.signal).then((answer) => answer.text());
      while ((await metric('storyteller_generator_writing')) === 0);
      hangUp.abort();
      await expect(asking).rejects.toThrow();
    }
    await atRest();
    const after = await metric('storyteller_generator_texts_total\\{reason="abort"\\}');
    expect(after - (before || 0)).toBeGreaterThanOrEqual(1);
  });

  it('says 429 with Retry-After when the queue is full', async () => {
    const hangUp = new AbortController();
    const answers = await Promise.all(
      Array.from({ length: 6 }, () =>
        post('/v1/completions', { prompt: 'Long ago', max_tokens: 400, stream: true }, hangUp.signal),
      ),
    );
    const refused = answers.filter((answer) => answer.status === 429);
    hangUp.abort();
    expect(refused.length).toBeGreaterThanOrEqual(1);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    await atRest();
  });

  it('has pages that describe it, open to a browser without the key', async () => {
    const page = await fetch(`${service.url}/`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('swagger-ui');
    const described = (await (await fetch(`${service.url}/json`)).json()) as { paths: object };
    expect(Object.keys(described.paths)).toEqual(
      expect.arrayContaining([
        '/v1/completions',
        '/v1/chat/completions',
        '/completion',
        '/tokenize',
        '/health',
      ]),
    );
    expect((await fetch(`${service.url}/metrics`)).status).toBe(401);
  });
});
