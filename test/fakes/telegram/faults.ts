/**
 * What goes wrong with a call: an answer of an error, a connection reset before or after the call was carried out, or
 * a wait before it is (and then it is carried out).
 */
export type Fault =
  | { kind: 'tooMany'; retryAfter: number }
  | { kind: 'error'; code: number; description: string }
  | { kind: 'resetBefore' }
  | { kind: 'resetAfter' }
  | { kind: 'delay'; ms: number };

/** Faults to come, for any method or one: queued by a test, or drawn at random from a seed. */
export class Faults {
  private queued: { method: string | undefined; fault: Fault }[] = [];
  private draw: ((method: string) => Fault | undefined) | undefined;

  /** The next call (of `method`) meets `fault`. */
  next(fault: Fault, method?: string, times = 1): void {
    for (let i = 0; i < times; i++) this.queued.push({ method, fault });
  }

  /** From now on `share` (0 to 1) of all calls meet a random fault; the same seed gives the same draws. */
  random(seed: number, share: number): void {
    let state = seed >>> 0;
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    this.draw = () => {
      if (random() >= share) return undefined;
      const faults: Fault[] = [
        { kind: 'tooMany', retryAfter: 1 + Math.floor(random() * 3) },
        { kind: 'error', code: 502, description: 'Bad Gateway' },
        { kind: 'error', code: 500, description: 'Internal Server Error' },
        { kind: 'resetBefore' },
        { kind: 'delay', ms: Math.floor(random() * 1500) },
      ];
      return faults[Math.floor(random() * faults.length)];
    };
  }

  none(): void {
    this.queued = [];
    this.draw = undefined;
  }

  take(method: string): Fault | undefined {
    const index = this.queued.findIndex((entry) => entry.method === undefined || entry.method === method);
    if (index >= 0) return this.queued.splice(index, 1)[0]?.fault;
    return this.draw?.(method);
  }
}
