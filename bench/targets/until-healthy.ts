import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until a service has loaded its model. */
export async function untilHealthy(url: string): Promise<void> {
  for (;;) {
    try {
      if ((await fetch(`${url}/health`)).ok) return;
    } catch {
      // It does not listen yet.
    }
    await sleep(100);
  }
}
