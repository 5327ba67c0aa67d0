import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { runGenerator } from '../src/generation/serve.ts';
import { loadConfig } from '../src/ops/config.ts';
import { bundledModelPath } from '../src/ops/paths.ts';
import { metricOf, soak } from './soak.ts';

/** Park and Miller's generator: the same hang-ups in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

it('leaves no slot taken and nothing queued when clients hang up at random', async () => {
  const apiKey = 'a key for tests';
  const config = loadConfig({
    GENERATOR_PORT: '0',
    GENERATOR_PARALLEL: '4',
    GENERATOR_THREADS: '1',
    GENERATOR_QUEUE: '30',
    GENERATOR_API_KEY: apiKey,
  });
  const logger = pino({ level: 'silent' });
  const { url, close } = await runGenerator({ config, logger, modelPath: bundledModelPath });
  try {
    const random = randomFrom(42);
    const outcome = await soak({ url, apiKey, clients: 120, atOnce: 40, milliseconds: 0, random });
    expect(outcome.finished + outcome.hungUp + outcome.refused).toBe(120);
    expect(outcome.failed).toBe(0);
    expect(outcome.finished).toBeGreaterThan(0);
    expect(outcome.hungUp).toBeGreaterThan(0);
    const service = { url, apiKey };
    const busy = async () =>
      (await metricOf(service, 'storyteller_generator_writing')) +
      (await metricOf(service, 'storyteller_generator_waiting'));
    while ((await busy()) > 0) await sleep(20);
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ prompt: 'Once upon a time', n_predict: 20 });
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => fetch(`${url}/completion`, { method: 'POST', headers, body })),
    );
    for (const answer of answers)
      expect(await answer.json()).toMatchObject({ stop: true, tokens_predicted: 20 });
  } finally {
    await close();
  }
});
