import { pino } from 'pino';
import { expect, it } from 'vitest';
import { systemClock } from '../../ops/clock.ts';
import { bundledModelPath } from '../../ops/paths.ts';
import { openEngine } from '../llama/engine.ts';
import { LlamaGenerator } from '../llama/llama-generator.ts';
import { createServer } from './server.ts';
import { Service } from './service.ts';

const logger = pino({ level: 'silent' });

it('gives the slot of a text that stalled to the next, and counts it', async () => {
  const engine = await openEngine({ modelPath: bundledModelPath, threads: 1, parallel: 1, logger });
  const { sampleToken } = engine.native;
  let sampled = 0;
  engine.native.sampleToken = (output, sampler) =>
    ++sampled === 5 ? new Promise(() => {}) : sampleToken(output, sampler);
  const service = new Service({ apiKey: undefined, logger });
  service.generator = new LlamaGenerator(engine, {
    modelPath: bundledModelPath,
    queue: 1,
    clock: systemClock,
    logger,
    stallMs: 2_000,
  });
  const server = await createServer(service);
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const write = async () => {
    const body = JSON.stringify({ prompt: 'Once upon a time', max_tokens: 20 });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${url}/v1/completions`, { method: 'POST', headers, body });
    return { status: answer.status, json: await answer.json() };
  };

  const [stalled, next] = await Promise.all([write(), write()]);
  expect(stalled).toMatchObject({
    status: 503,
    json: { error: { message: expect.stringMatching(/no progress/) } },
  });
  expect(next).toMatchObject({ status: 200, json: { usage: { completion_tokens: 20 } } });
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toContain('storyteller_generator_texts_total{reason="stalled"} 1');
  expect(metrics).toContain('storyteller_generator_texts_total{reason="length"} 1');
  expect(metrics).toContain('storyteller_generator_writing 0');
  await server.close();
  await service.generator.close();
});
