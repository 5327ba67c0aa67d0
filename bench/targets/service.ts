import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { superviseGenerator } from '../../src/generation/child.ts';
import { systemClock } from '../../src/ops/clock.ts';
import { loadConfig } from '../../src/ops/config.ts';
import type { BenchOptions } from '../scenario.ts';
import { loadOverHttp } from './http-load.ts';
import type { Target } from './target.ts';
import { untilHealthy } from './until-healthy.ts';

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const script = fileURLToPath(new URL(`./generator-process.${extension}`, import.meta.url));

export interface ServiceTarget extends Target {
  url: string;
  apiKey: string;
  pid(): number | undefined;
}

/** This project's service, as `start` runs it. */
export async function startService(
  { modelPath, threads }: Pick<BenchOptions, 'modelPath' | 'threads'>,
  parallel: number,
  name = 'service',
): Promise<ServiceTarget> {
  const config = loadConfig({
    ...process.env,
    GENERATOR_THREADS: String(threads),
    GENERATOR_PARALLEL: String(parallel),
  });
  const supervised = await superviseGenerator({
    config,
    logger: pino({ level: 'warn' }),
    clock: systemClock,
    command: [process.execPath, ...process.execArgv, script, modelPath],
  });
  await untilHealthy(supervised.url);
  return {
    name,
    url: supervised.url,
    apiKey: supervised.apiKey,
    pid: () => supervised.pid,
    load: (options) => loadOverHttp({ ...supervised, pid: supervised.pid }, options),
    stop: () => supervised.stop(),
  };
}
