import { pino } from 'pino';
import { afterEach, expect, it, vi } from 'vitest';
import type { LlamaGenerator } from '../llama/llama-generator.ts';
import { createServer } from './server.ts';
import { Service } from './service.ts';

afterEach(() => {
  vi.useRealTimers();
});

it('a stream that has nothing to tell says every ten seconds that it is alive', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const service = new Service({ apiKey: undefined, logger: pino({ level: 'silent' }) });
  /** Begins a text, and then thinks for ever. */
  async function* generate() {
    yield { type: 'text', text: ' a fox', tokens: 1 };
    await new Promise(() => {});
  }
  service.generator = { info: { name: 'slow' }, generate } as unknown as LlamaGenerator;
  const app = await createServer(service);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  try {
    const answer = await fetch(`${url}/completion`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: 'Once', stream: true }),
    });
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
