/** Decodes a batch of so many tokens with so many threads and gives the milliseconds that it took. */
export type TimedDecode = (threads: number, batch: number) => Promise<number>;

export interface Measured {
  batch: number;
  /** Milliseconds a pass, by thread count. */
  ms: Record<number, number>;
  best: number;
}

const budgetMs = 1_500;
const timesEach = 4;
/** More threads must be so much faster to be chosen: a bot's host is shared. */
export const worthMore = 0.85;

/**
 * Times every thread count of the ladder for batches of these sizes, within a second and a half together. Where the
 * time does not suffice, what was not tried is not chosen.
 */
export async function measureThreads(
  ladder: readonly number[],
  batches: readonly number[],
  decode: TimedDecode,
  now: () => number = performance.now.bind(performance),
): Promise<Measured[]> {
  const started = now();
  const shareMs = budgetMs / (batches.length * ladder.length);
  const results: Measured[] = [];
  for (const batch of batches) {
    const ms: Record<number, number> = {};
    for (const threads of ladder) {
      const triedAt = now();
      if (triedAt - started > budgetMs && Object.keys(ms).length > 0) break;
      await decode(threads, batch);
      let best = Number.POSITIVE_INFINITY;
      for (let time = 0; time < timesEach && (time === 0 || now() - triedAt < shareMs); time++)
        best = Math.min(best, await decode(threads, batch));
      ms[threads] = best;
    }
    results.push({ batch, ms, best: choose(ms) });
  }
  return results;
}

function choose(ms: Record<number, number>): number {
  let best: [threads: number, ms: number] | undefined;
  for (const [threads, took] of Object.entries(ms))
    if (!best || took < best[1] * worthMore) best = [Number(threads), took];
  return best?.[0] ?? 1;
}
