import { loadModels } from '../../loader/command.ts';
import { superviseGenerator } from '../generation/child.ts';
import type { TextGenerator } from '../generation/generator.ts';
import { createRemoteGenerator } from '../generation/remote/remote-generator.ts';
import { systemClock } from '../ops/clock.ts';
import type { Config } from '../ops/config.ts';
import type { Logger } from '../ops/logger.ts';
import type { Shutdown } from '../ops/shutdown.ts';

/** How this program was started, to start another role of it. */
const thisProgram = [process.execPath, ...process.execArgv, process.argv[1] ?? ''];

/** The service that `GENERATOR_URL` names, or one that runs as a child of this process. */
export async function openGenerator(
  config: Config,
  logger: Logger,
  shutdown: Shutdown,
): Promise<TextGenerator> {
  if (config.generator.url) return remoteGenerator(config, logger);
  await loadModels(config, logger);
  const child = await superviseGenerator({
    config,
    logger,
    clock: systemClock,
    command: [...thisProgram, 'generator'],
  });
  shutdown.add('generator', () => child.stop());
  return createRemoteGenerator({ url: child.url, apiKey: child.apiKey, clock: systemClock, logger });
}

/** The service that `GENERATOR_URL` names, or the one that `storyteller generator` runs on this machine. */
export function remoteGenerator(config: Config, logger: Logger): TextGenerator {
  const { url, host, port, apiKey } = config.generator;
  return createRemoteGenerator({ url: url ?? `http://${host}:${port}`, apiKey, clock: systemClock, logger });
}
