/** Trouble on the way: `reset` cuts the line before the request is done, `lost` after it. */
export type Fault = { kind: 'rateLimit' | 'delay'; ms: number } | { kind: 'error' | 'reset' | 'lost' };

interface Rates {
  /** Chance of each, 0 to 1. */
  rateLimit: number;
  error: number;
  reset: number;
  lost: number;
  delay: number;
  /** How long a delay or a rate limit takes. */
  ms: number;
}

/** Decides which requests meet trouble: some by name, some by (repeatable) chance. */
export class Faults {
  private planned: { route: string; fault: Fault }[] = [];
  private rates: Rates | undefined;
  private state = 1;

  /** The next `times` requests to a route (`PATCH /channels/:channel/messages/:message`) meet `fault`. */
  next(route: string, fault: Fault, times = 1): void {
    for (let count = 0; count < times; count++) this.planned.push({ route, fault });
  }

  /** From now on requests meet trouble by chance; `undefined` ends that. */
  randomly(rates: Rates | undefined, seed = 1): void {
    this.rates = rates;
    this.state = seed;
  }

  for(route: string): Fault | undefined {
    const index = this.planned.findIndex((plan) => plan.route === route);
    if (index >= 0) return this.planned.splice(index, 1)[0]?.fault;
    // Registration and the gateway's address are for other tests.
    if (!this.rates || !/\/(messages|webhooks|interactions)/.test(route)) return undefined;
    let roll = this.random();
    const { ms } = this.rates;
    for (const kind of ['rateLimit', 'error', 'reset', 'lost', 'delay'] as const) {
      roll -= this.rates[kind];
      if (roll < 0) return kind === 'rateLimit' || kind === 'delay' ? { kind, ms } : { kind };
    }
    return undefined;
  }

  /** The mulberry32 generator. */
  private random(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }
}
