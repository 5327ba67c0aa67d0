import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Clock } from '../ops/clock.ts';
import type { Config } from '../ops/config.ts';
import { freePort } from '../ops/free-port.ts';
import type { Logger } from '../ops/logger.ts';
import { forwardLine } from './child-log.ts';
import { processEnvironment } from './process-environment.ts';

interface SupervisorParts {
  config: Pick<Config, 'environment'>;
  logger: Logger;
  clock: Clock;
  /** What runs `storyteller generator`: the program and its arguments. */
  command: string[];
}

export interface SupervisedGenerator {
  /** Stays the same when the child is started again. */
  url: string;
  /** The key that the child was given; the client needs it. */
  apiKey: string;
  /** The child's process; another one after each start. */
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

const host = '127.0.0.1';
const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** A child that lived so long is started again at once. */
const healthyMs = 60_000;
const stopMs = 8_000;

/**
 * Runs the generator as a child process, on a port of its own, and starts it again when it dies. Resolves as soon as
 * the child is started: the model is loaded meanwhile, and the client waits for it. The child ends with this process,
 * even when that is killed: its channel to the parent closes.
 */
export async function superviseGenerator(parts: SupervisorParts): Promise<SupervisedGenerator> {
  const { config, logger, clock, command } = parts;
  const port = await freePort();
  const apiKey = randomBytes(24).toString('base64url');
  const [program = process.execPath, ...args] = command;
  const stopping = new AbortController();
  let child: ChildProcess;
  const start = () => {
    child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Ctrl-C is for the parent alone, which lets texts be saved before it stops the child.
      detached: process.platform !== 'win32',
      env: {
        ...processEnvironment(config.environment),
        GENERATOR_HOST: host,
        GENERATOR_PORT: String(port),
        GENERATOR_API_KEY: apiKey,
        LOG_FORMAT: 'json',
      },
    });
    for (const stream of [child.stdout, child.stderr])
      if (stream) createInterface({ input: stream }).on('line', (line) => forwardLine(logger, line));
    return child;
  };
  const watch = async () => {
    let pauseMs = firstPauseMs;
    while (!stopping.signal.aborted) {
      const startedAt = clock.now();
      const [code, signal] = await ended(child);
      if (stopping.signal.aborted) return;
      if (clock.now() - startedAt > healthyMs) pauseMs = firstPauseMs;
      logger.error({ code, signal, againInMs: pauseMs }, 'the generator died; starting it again');
      await clock.sleep(pauseMs, stopping.signal);
      pauseMs = Math.min(longestPauseMs, pauseMs * 2);
      if (stopping.signal.aborted) return;
      try {
        start();
      } catch (error) {
        logger.error({ error }, 'the generator could not be started');
      }
    }
  };
  start();
  const watching = watch();
  return {
    url: `http://${host}:${port}`,
    apiKey,
    get pid() {
      return child.pid;
    },
    async stop() {
      stopping.abort();
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        const force = new AbortController();
        void clock.sleep(stopMs, force.signal).then(() => force.signal.aborted || child.kill('SIGKILL'));
        await ended(child);
        force.abort();
      }
      await watching;
    },
  };
}

/** How a child ended: its exit code or the signal. A program that can't be started ends too. */
async function ended(child: ChildProcess): Promise<[number | null, string | null]> {
  if (child.exitCode !== null || child.signalCode !== null) return [child.exitCode, child.signalCode];
  try {
    const [code, signal] = await once(child, 'exit');
    return [code, signal];
  } catch {
    return [null, null];
  }
}
