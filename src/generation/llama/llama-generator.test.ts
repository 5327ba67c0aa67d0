import { pino } from 'pino';
import { systemClock } from '../../ops/clock.ts';
import { bundledModelPath } from '../../ops/paths.ts';
import { generatorContract } from '../generator.contract.ts';
import { LlamaGenerator } from './llama-generator.ts';

const options = { parallel: 4, threads: 1, queue: 20, clock: systemClock, logger: pino({ level: 'silent' }) };

generatorContract('LlamaGenerator', async () => {
  const generator = await LlamaGenerator.open({ ...options, modelPath: bundledModelPath });
  return { generator, close: () => generator.close() };
});
