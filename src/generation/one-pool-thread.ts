import { spawn } from 'node:child_process';
import { once } from 'node:events';

interface Again {
  /** Node's own arguments, the program and its arguments. */
  args: string[];
  environment: Readonly<Record<string, string | undefined>>;
  /** Ends the other process. */
  signal: AbortSignal;
}

/** Sampling and computing take turns: with more threads in libuv's pool they fight for the cores. */
export const onePoolThread = { UV_THREADPOOL_SIZE: '1' } as const;

/**
 * Runs this program again with one thread in libuv's pool, and resolves to its exit code. It can't be set from within:
 * libuv reads it when the pool starts, and Node's module loader has started the pool before a program's first line.
 * The other process ends with this one, however that ends: its channel closes.
 */
export async function runWithOnePoolThread({ args, environment, signal }: Again): Promise<number> {
  const child = spawn(process.execPath, args, {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // Ctrl-C reaches this process, which passes it on.
    detached: process.platform !== 'win32',
    env: { ...environment, ...onePoolThread },
  });
  signal.addEventListener('abort', () => child.kill('SIGTERM'));
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
