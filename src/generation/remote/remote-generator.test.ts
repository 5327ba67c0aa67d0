import { join } from 'node:path';
import { pino } from 'pino';
import { systemClock } from '../../ops/clock.ts';
import { loadConfig } from '../../ops/config.ts';
import { packageRoot } from '../../ops/paths.ts';
import { superviseGenerator } from '../child.ts';
import { generatorContract, requestFor, write } from '../generator.contract.ts';
import { createRemoteGenerator } from './remote-generator.ts';

const logger = pino({ level: 'silent' });
const script = join(packageRoot, 'bench/targets/generator-process.ts');

generatorContract('the client in front of the service in a process of its own', async () => {
  const child = await superviseGenerator({
    config: loadConfig({ ...process.env, GENERATOR_PARALLEL: '4', GENERATOR_THREADS: '1' }),
    logger,
    clock: systemClock,
    command: [process.execPath, '--import', 'tsx', script],
  });
  const generator = createRemoteGenerator({ ...child, clock: systemClock, logger });
  await write(generator, requestFor('It is there when it writes', { maxTokens: 1 }));
  return { generator, close: () => child.stop() };
});
