import { pino } from 'pino';
import { systemClock } from '../../ops/clock.ts';
import { loadConfig } from '../../ops/config.ts';
import { bundledModelPath } from '../../ops/paths.ts';
import { generatorContract } from '../generator.contract.ts';
import { runGenerator } from '../serve.ts';
import { createRemoteGenerator } from './remote-generator.ts';

const logger = pino({ level: 'silent' });

generatorContract('the client in front of the service', async () => {
  const config = loadConfig({
    GENERATOR_PORT: '0',
    GENERATOR_PARALLEL: '4',
    GENERATOR_THREADS: '1',
    GENERATOR_API_KEY: 'a key for tests',
  });
  const service = await runGenerator({ config, logger, modelPath: bundledModelPath });
  const { apiKey } = config.generator;
  const generator = createRemoteGenerator({ url: service.url, apiKey, clock: systemClock, logger });
  return { generator, close: () => service.close() };
});
