import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { systemClock } from '../../ops/clock.ts';
import { bundledModelPath } from '../../ops/paths.ts';
import { generatorContract, requestFor, write } from '../generator.contract.ts';
import { GeneratorUnavailable } from '../generator.ts';
import { LlamaGenerator } from './llama-generator.ts';

const options = { parallel: 4, threads: 1, queue: 20, clock: systemClock, logger: pino({ level: 'silent' }) };

generatorContract('LlamaGenerator', async () => {
  const generator = await LlamaGenerator.open({ ...options, modelPath: bundledModelPath });
  return { generator, close: () => generator.close() };
});

generatorContract('LlamaGenerator with a draft model', async () => {
  const models = { modelPath: bundledModelPath, draft: bundledModelPath };
  const generator = await LlamaGenerator.open({ ...options, ...models });
  return { generator, close: () => generator.close() };
});

it('LlamaGenerator closes after the garbage was collected', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const generator = await LlamaGenerator.open({ ...options, modelPath: bundledModelPath });
  for (let turn = 0; turn < 3; turn++) {
    collect();
    await systemClock.sleep(1);
  }
  await generator.close();
});

it('LlamaGenerator stops all texts when it is closed, those that wait too', async () => {
  const generator = await LlamaGenerator.open({ ...options, parallel: 1, modelPath: bundledModelPath });
  const writing = Array.from({ length: 3 }, () =>
    write(generator, requestFor('Once upon a time', { maxTokens: 480 })),
  );
  for await (const event of generator.generate(requestFor('A cat'), new AbortController().signal))
    if (event.type === 'queued') break;
  await generator.close();
  for (const { end } of await Promise.all(writing)) expect(['abort', 'stop', 'length']).toContain(end.reason);
  await expect(write(generator, requestFor(''))).rejects.toBeInstanceOf(GeneratorUnavailable);
});
