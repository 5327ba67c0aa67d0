import type { Logger } from '../../ops/logger.ts';
import { type ThreadChange, ThreadGovernor, threadLadder } from '../threads/governor.ts';
import { measureThreads } from '../threads/measure.ts';
import type { Native } from './native.ts';

interface ThreadChoice {
  /** Threads at most. */
  most: number;
  /** Sequences of the context. */
  parallel: number;
  logger: Logger;
}

/** A batch of so many stories stands for "many". */
const many = 8;

/** Times the thread counts with this model on this machine, and goes on watching them. */
export async function chooseThreads(
  native: Native,
  { most, parallel, logger }: ThreadChoice,
): Promise<ThreadGovernor> {
  const ladder = threadLadder(most);
  const batches = [...new Set([1, Math.min(parallel, many)])];
  const measured = ladder.length > 1 ? await measureThreads(ladder, batches, timedDecode(native)) : [];
  for (let sequence = 0; sequence < parallel; sequence++) native.disposeSequence(sequence);
  const measuredFor = (batch: number) => measured.find((each) => each.batch >= batch) ?? measured.at(-1);
  const bestFor = (batch: number) => measuredFor(batch)?.best ?? most;
  logger.info({ cores: most, measured }, 'threads chosen');
  const expectedMs = (batch: number, threads: number) => {
    const known = measuredFor(batch);
    const ms = known?.ms[threads];
    return known && ms !== undefined ? ms * Math.max(1, batch / known.batch) : undefined;
  };
  const onChange = (change: ThreadChange) => logger.info({ change }, 'threads changed');
  return new ThreadGovernor(ladder, bestFor, onChange, expectedMs);
}

/** Any token will do to see how long a pass takes. */
const anyToken = 1;

function timedDecode(native: Native): (threads: number, batch: number) => Promise<number> {
  let position = 0;
  return async (threads, batch) => {
    native.setThreads(threads);
    native.initBatch(batch);
    for (let sequence = 0; sequence < batch; sequence++)
      native.addToBatch(sequence, position, Uint32Array.of(anyToken), Uint32Array.of(0));
    position++;
    const started = performance.now();
    await native.decodeBatch();
    return performance.now() - started;
  };
}
