import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { availableCores } from '../../src/generation/threads/cores.ts';
import type { BenchOptions } from '../scenario.ts';
import type { LoadResult, Target } from './target.ts';

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const script = fileURLToPath(new URL(`./bare-process.${extension}`, import.meta.url));

/** node-llama-cpp driven bare, in a process of its own. */
export async function startBare({ modelPath, threads }: BenchOptions, parallel: number): Promise<Target> {
  const used = threads === 'auto' ? availableCores() : threads;
  const child = fork(script, [modelPath, String(used), String(parallel)], {
    env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
  });
  await once(child, 'message');
  return {
    name: 'bare',
    async load(options) {
      child.send(options);
      const [result] = (await once(child, 'message')) as [LoadResult];
      return result;
    },
    async stop() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}
