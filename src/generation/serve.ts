import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { systemClock } from '../ops/clock.ts';
import type { Config } from '../ops/config.ts';
import type { Logger } from '../ops/logger.ts';
import { createServer } from './http/server.ts';
import { Service, stalledMs } from './http/service.ts';
import { LlamaGenerator } from './llama/llama-generator.ts';

interface GeneratorParts {
  config: Pick<Config, 'generator'>;
  logger: Logger;
  /** The GGUF file to serve. */
  modelPath: string;
  /** What guesses the next tokens: a GGUF file, or `lookup`. */
  draft?: string | undefined;
}

export interface RunningGenerator {
  url: string;
  close(): Promise<void>;
}

/** Connections that may wait to be accepted; Linux allows as many (net.core.somaxconn), Node's default is 511. */
const backlog = 4_096;
/**
 * How far the heap may grow over what is alive before garbage is collected. V8 would let it grow up to four times as
 * large when garbage comes fast, and memory would go up and down with it.
 */
const heapGrowth = '--heap-growing-percent=100';
/** When closing, connections are cut so often until none is left. */
const forceMs = 100;

/**
 * Runs the generation service: it listens at once, and says on `/health` when the model is loaded. Resolves when it
 * serves. In a child process it ends with its parent, however that ends, and when llama.cpp hangs.
 * @throws an error with one sentence that says what to do: the port is in use, the model can't be used
 */
export async function runGenerator({
  config,
  logger,
  modelPath,
  draft,
}: GeneratorParts): Promise<RunningGenerator> {
  setFlagsFromString(heapGrowth);
  const { host, port, apiKey, queue, ...engine } = config.generator;
  const service = new Service({ apiKey, logger });
  const server = await createServer(service);
  const orphaned = () => process.exit(0);
  if (process.connected) process.once('disconnect', orphaned);
  const watchdog = setInterval(() => {
    if ((service.generator?.passMs ?? 0) < stalledMs) return;
    logger.fatal('llama.cpp hangs in a batch');
    if (process.connected) process.exit(1);
  }, stalledMs / 10);
  watchdog.unref();
  const close = async () => {
    clearInterval(watchdog);
    process.off('disconnect', orphaned);
    const closed = server.close();
    // A connection may still arrive, or a body that was refused for its length.
    const force = setInterval(() => server.server.closeAllConnections(), forceMs);
    await closed;
    clearInterval(force);
    await service.generator?.close();
  };
  try {
    await server.listen({ host, port, backlog });
  } catch (error) {
    await close();
    throw listenError(error, host, port);
  }
  try {
    service.generator = await LlamaGenerator.open({
      modelPath,
      draft,
      ...engine,
      queue,
      clock: systemClock,
      logger,
    });
  } catch (error) {
    await close();
    throw error;
  }
  const address = server.server.address() as AddressInfo;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
  logger.info(
    { url, model: service.generator.info, parallel: service.generator.parallel },
    'generator ready',
  );
  return { url, close };
}

function listenError(error: unknown, host: string, port: number): Error {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return new Error(
      `Port ${port} of ${host} is in use; stop what uses it, or set GENERATOR_PORT to another.`,
    );
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new Error(`Can't listen on ${host}:${port} (${code}); check GENERATOR_HOST and GENERATOR_PORT.`);
  return error instanceof Error ? error : new Error(String(error));
}
