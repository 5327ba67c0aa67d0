import { pino } from 'pino';
import { afterEach, expect, it, vi } from 'vitest';
import { systemClock } from '../../ops/clock.ts';
import { bundledModelPath } from '../../ops/paths.ts';
import { openEngine } from '../llama/engine.ts';
import { LlamaGenerator } from '../llama/llama-generator.ts';
import { createServer } from './server.ts';
import { Service } from './service.ts';

const logger = pino({ level: 'silent' });

const ask = (url: string) =>
  fetch(`${url}/completion`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'Once', n_predict: 8, stream: true }),
  });

afterEach(() => {
  vi.useRealTimers();
});

it('a stream that has nothing to tell says every ten seconds that it is alive', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const service = new Service({ apiKey: undefined, logger });
  /** Begins a text, and then thinks for ever. */
  async function* generate() {
    yield { type: 'text', text: ' a fox', tokens: 1 };
    await new Promise(() => {});
  }
  service.generator = { info: { name: 'slow' }, generate } as unknown as LlamaGenerator;
  const app = await createServer(service);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  try {
    const answer = await ask(url);
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toContain(' a fox');
    for (let beat = 0; beat < 2; beat++) {
      vi.advanceTimersByTime(10_000);
      expect((await reader?.read())?.value).toBe(': still here\n\n');
    }
    await reader?.cancel();
  } finally {
    await app.close();
  }
});

it('a stream says that it is alive while its prompt is read, however long that takes', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const engine = await openEngine({ modelPath: bundledModelPath, threads: 1, parallel: 1, logger });
  const { decodeBatch } = engine.native;
  let goOn = () => {};
  const slowly = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  engine.native.decodeBatch = () => slowly.then(decodeBatch);
  const service = new Service({ apiKey: undefined, logger });
  const options = { modelPath: bundledModelPath, queue: 1, clock: systemClock, logger };
  service.generator = new LlamaGenerator(engine, options);
  const app = await createServer(service);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  try {
    const answer = await ask(url);
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    vi.advanceTimersByTime(10_000);
    expect((await reader?.read())?.value).toBe(': still here\n\n');
    goOn();
    expect((await reader?.read())?.value).toContain('"content"');
    await reader?.cancel();
  } finally {
    await app.close();
    await service.generator.close();
  }
});
