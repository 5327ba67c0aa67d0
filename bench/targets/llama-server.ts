import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../src/ops/free-port.ts';
import type { BenchOptions } from '../scenario.ts';
import { loadOverHttp } from './http-load.ts';
import type { Target } from './target.ts';
import { untilHealthy } from './until-healthy.ts';

/** llama.cpp's own server with the same model, context and threads. */
export async function startLlamaServer(
  {
    llamaServer = 'llama-server',
    modelPath,
    threads,
  }: Pick<BenchOptions, 'llamaServer' | 'modelPath' | 'threads'>,
  parallel: number,
  name = 'llama-server',
): Promise<Target & { url: string }> {
  const port = await freePort();
  const args = ['-m', modelPath, '--port', String(port), '--parallel', String(parallel)];
  args.push('--ctx-size', String(512 * parallel), '--flash-attn', 'on', '--no-webui', '--log-disable');
  if (threads !== 'auto') args.push('--threads', String(threads), '--threads-batch', String(threads));
  const server: ChildProcess = spawn(llamaServer, args, { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  const exited = once(server, 'exit').then(() => {
    throw new Error(`${llamaServer} ended before it served`);
  });
  await Promise.race([untilHealthy(url), exited]);
  exited.catch(() => {});
  return {
    name,
    url,
    load: (options) => loadOverHttp({ url, pid: server.pid }, options),
    async stop() {
      server.kill('SIGKILL');
      if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
    },
  };
}
