import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../src/ops/clock.ts';
import type { Logger } from '../src/ops/logger.ts';
import { diskError, ModelError, systemCode } from './model-error.ts';

const beatMs = 5_000;
const pollMs = 1_000;
/** A lock whose holder has not touched it for three beats is a dead process's. */
const deadMs = 3 * beatMs;

/**
 * Runs `work` while holding the lock file at `path`, waiting for another loader (also one on another machine with the
 * same volume) to let go of it or to fall silent. `work`'s signal aborts when the lock is lost or `signal` aborts.
 */
export async function withLock<T>(
  path: string,
  { clock, logger, signal }: { clock: Clock; logger: Logger; signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const token = randomUUID();
  await acquire(path, token, clock, logger, signal);
  const lost = new AbortController();
  const released = new AbortController();
  const beating = beat(path, token, clock, released.signal, lost);
  try {
    return await work(AbortSignal.any([signal, lost.signal]));
  } finally {
    released.abort();
    await beating;
    if (!lost.signal.aborted) await rm(path, { force: true });
  }
}

async function acquire(
  path: string,
  token: string,
  clock: Clock,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  let seen: string | undefined;
  let since = clock.now();
  while (!(await create(path, token))) {
    signal.throwIfAborted();
    const content = await read(path);
    if (content !== seen) {
      if (seen === undefined) logger.info('Another loader is at work on this model; waiting for it');
      seen = content;
      since = clock.now();
    } else if (clock.now() - since > deadMs) {
      await writeFile(path, token);
      await clock.sleep(pollMs, signal);
      if ((await read(path)) === token) return;
    }
    await clock.sleep(pollMs, signal);
  }
}

async function create(path: string, token: string): Promise<boolean> {
  try {
    await writeFile(path, token, { flag: 'wx' });
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw diskError(error, dirname(path));
  }
}

async function beat(
  path: string,
  token: string,
  clock: Clock,
  released: AbortSignal,
  lost: AbortController,
): Promise<void> {
  for (let count = 1; ; count++) {
    await clock.sleep(beatMs, released);
    if (released.aborted) return;
    const content = await read(path);
    if (content && !content.startsWith(token)) {
      lost.abort(
        new ModelError('Another loader took this one for dead and went on in its place; run it again.'),
      );
      return;
    }
    await writeFile(path, `${token} ${count}`).catch(() => {});
  }
}

async function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
