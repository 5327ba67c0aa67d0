import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to whoever asks for any (from 32,768 on Linux, from 49,152 elsewhere) and below
 * Kubernetes' (from 30,000): nobody else is given such a port while its server starts, or starts again.
 */
const range = [20_000, 30_000] as const;

/** A port of 127.0.0.1 on which nobody listens. @throws when there is none, after many tries */
export async function freePort(): Promise<number> {
  let trouble: unknown;
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(...range);
    try {
      const probe = createServer().listen(port, '127.0.0.1');
      await once(probe, 'listening');
      probe.close();
      await once(probe, 'close');
      return port;
    } catch (error) {
      trouble = error;
    }
  }
  throw trouble;
}
