import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** Far more than any cache next to a core holds. */
const bytesEach = 256 * 1024 ** 2;
const readings = 5;

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const script = fileURLToPath(new URL(`./memory-reader.${extension}`, import.meta.url));

/** Bytes a second that so many threads read from memory together, each from a quarter of a gigabyte: the best of five. */
export async function memoryBandwidth(threads: number): Promise<number> {
  const readers = Array.from({ length: threads }, () => new Worker(script, { workerData: bytesEach }));
  try {
    await Promise.all(readers.map((reader) => once(reader, 'message')));
    let best = 0;
    for (let reading = 0; reading < readings; reading++) {
      const started = performance.now();
      const done = readers.map((reader) => once(reader, 'message'));
      for (const reader of readers) reader.postMessage('read');
      await Promise.all(done);
      best = Math.max(best, (threads * bytesEach * 1000) / (performance.now() - started));
    }
    return best;
  } finally {
    await Promise.all(readers.map((reader) => reader.terminate()));
  }
}
