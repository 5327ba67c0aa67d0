import { spawn } from 'node:child_process';
import { once } from 'node:events';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What a generator's process must be started with; libuv and glibc read it before a program's first line.
 *
 * - One thread in libuv's pool: with more of them sampling and computing fight for the cores.
 * - Large pages for large memory, where Linux leaves that to the program: each token reads all weights, and with pages of
 *   4 kB the processor looks up as many addresses.
 * - Compute threads that wait spin for about as long as it takes from one pass to the next, a thirtieth of libgomp's own
 *   time: for builds of llama.cpp with OpenMP, which keep their threads.
 *
 * What the host itself says of the last two stays as it is.
 */
export const processEnvironment = (environment: Environment) => ({
  GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1',
  GOMP_SPINCOUNT: '10000',
  ...environment,
  UV_THREADPOOL_SIZE: '1',
});

interface Again {
  /** Node's own arguments, the program and its arguments. */
  args: string[];
  environment: Environment;
  /** Ends the other process. */
  signal: AbortSignal;
}

/**
 * Runs this program again with its {@link processEnvironment}, and resolves to its exit code. The other process ends
 * with this one, however that ends: its channel closes.
 */
export async function runAgain({ args, environment, signal }: Again): Promise<number> {
  const child = spawn(process.execPath, args, {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // Ctrl-C reaches this process, which passes it on.
    detached: process.platform !== 'win32',
    env: processEnvironment(environment),
  });
  signal.addEventListener('abort', () => child.kill('SIGTERM'));
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
