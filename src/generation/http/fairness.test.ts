import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../ops/clock.ts';
import { loadConfig } from '../../ops/config.ts';
import { bundledModelPath } from '../../ops/paths.ts';
import { requestFor, write } from '../generator.contract.ts';
import type { TextGenerator } from '../generator.ts';
import { createRemoteGenerator } from '../remote/remote-generator.ts';
import { type RunningGenerator, runGenerator } from '../serve.ts';

let service: RunningGenerator;
let generator: TextGenerator;
const logger = pino({ level: 'silent' });
beforeAll(async () => {
  const config = loadConfig({ GENERATOR_PORT: '0', GENERATOR_PARALLEL: '1', GENERATOR_THREADS: '1' });
  service = await runGenerator({ config, logger, modelPath: bundledModelPath });
  generator = createRemoteGenerator({ url: service.url, apiKey: undefined, clock: systemClock, logger });
});
afterAll(() => service.close());

it("another's first prompt waits for one turn of an author with a hundred, who all know their place", async () => {
  const stopping = new AbortController();
  const ended: string[] = [];
  let begun = () => {};
  const secondTurn = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const flood = Array.from({ length: 100 }, async (_, index) => {
    const request = requestFor(`Story ${index}`, { maxTokens: 300, temperature: 0 });
    const written = await write(generator, { ...request, author: 'flood' }, stopping.signal);
    if (written.end.reason !== 'abort') ended.push('flood');
    if (ended.length === 2) begun();
    return written;
  });
  await secondTurn;
  const before = ended.length;
  const request = requestFor('Once upon a time', { maxTokens: 16 });
  await write(generator, { ...request, author: 'newcomer' });
  expect(ended.length - before).toBeLessThanOrEqual(1);
  await systemClock.sleep(1_000);
  stopping.abort();
  const last = (await Promise.all(flood)).at(-1);
  const places = (last?.events ?? []).flatMap((event) => (event.type === 'queued' ? [event] : []));
  expect(places.length).toBeGreaterThan(1);
  expect(places.at(-1)?.position).toBeLessThan(places[0]?.position ?? 0);
  expect(places.at(-1)?.etaSeconds).toBeGreaterThan(0);
});
