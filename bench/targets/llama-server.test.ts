import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestFor, textOf, write } from '../../src/generation/generator.contract.ts';
import type { GenerationEvent, TextGenerator } from '../../src/generation/generator.ts';
import { createRemoteGenerator } from '../../src/generation/remote/remote-generator.ts';
import { systemClock } from '../../src/ops/clock.ts';
import { loadConfig } from '../../src/ops/config.ts';
import { bundledModelPath } from '../../src/ops/paths.ts';
import { startLlamaServer } from './llama-server.ts';

const llamaServer = loadConfig().environment.LLAMA_SERVER;

describe.skipIf(!llamaServer)('the client in front of llama-server (skipped without LLAMA_SERVER)', () => {
  let server: Awaited<ReturnType<typeof startLlamaServer>>;
  let generator: TextGenerator;
  beforeAll(async () => {
    server = await startLlamaServer({ llamaServer, modelPath: bundledModelPath, threads: 1 }, 2);
    const logger = pino({ level: 'silent' });
    generator = createRemoteGenerator({ url: server.url, apiKey: undefined, clock: systemClock, logger });
  });
  afterAll(() => server?.stop());

  it('knows its context', async () => {
    expect(await generator.describe()).toMatchObject({ contextLength: 512, chat: false, bundled: false });
  });

  it('gets texts, as long as they were asked for', async () => {
    const { text, end, events } = await write(generator, requestFor('Once upon a time', { maxTokens: 40 }));
    expect(text.length).toBeGreaterThan(60);
    expect(end).toMatchObject({ reason: 'length', usage: { completionTokens: 40 } });
    expect(events.some(({ type }) => type === 'reading')).toBe(true);
  });

  it('gets a text that ends by itself', async () => {
    const { text, end } = await write(generator, requestFor('Once upon a time', { temperature: 0.7 }));
    expect([end.reason, text.length > 100]).toEqual(['stop', true]);
  });

  it('stops a text', async () => {
    const stopping = new AbortController();
    const events: GenerationEvent[] = [];
    for await (const event of generator.generate(requestFor('Once upon a time'), stopping.signal)) {
      events.push(event);
      if (textOf(events).length > 20) stopping.abort();
    }
    expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'abort' });
  });

  it('cuts a story that is longer than its context', async () => {
    const tale = 'The cat sat by the river and looked at the moon. '.repeat(100);
    const { text } = await write(generator, requestFor(tale, { maxTokens: 40 }));
    expect(text.length).toBeGreaterThan(20);
  });
});
