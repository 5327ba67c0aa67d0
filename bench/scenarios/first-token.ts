import type { BenchOptions, Findings, Scenario } from '../scenario.ts';
import { percentile } from '../statistics.ts';
import { startLlamaServer } from '../targets/llama-server.ts';
import { startService } from '../targets/service.ts';
import type { Target } from '../targets/target.ts';
import { turns, useEverySlot } from './compare.ts';

/** How long stories that are asked for at once wait for their first token. */
export const firstToken: Scenario = {
  name: 'first-token',
  about: 'ms to the first token of many short stories over HTTP, so many at once (and of llama-server)',
  byDefault: false,
  run,
};

/** Enough to see that the others are written while the last prompts are read. */
const tokens = 8;
/** First tokens in a turn of a target: one in twenty must be more than chance. */
const samples = 32;

async function run(options: BenchOptions): Promise<Findings> {
  const parallel = Math.max(...options.streams);
  const targets: Target[] = [];
  const waits = new Map<string, number[]>();
  try {
    targets.push(await startService(options, parallel));
    if (options.llamaServer) targets.push(await startLlamaServer(options, parallel));
    await useEverySlot(targets, options);
    let loads = 0;
    for (const { round, streams, target } of turns(targets, options)) {
      const load = () => target.load({ streams, tokens, round: ++loads, alike: options.alike });
      // One that has rested is slower at first.
      await load();
      const seen: number[] = [];
      while (seen.length < samples) seen.push(...(await load()).firstTokenMs);
      const key = `${streams} ${target.name}`;
      waits.set(key, [...(waits.get(key) ?? []), ...seen]);
      options.log(`round ${round}, ${key}: p95 ${percentile(seen, 0.95).toFixed(1)} ms`);
    }
  } finally {
    await Promise.all(targets.map((target) => target.stop()));
  }
  return {
    tables: [
      {
        title: `First token, ms, stories of ${tokens} tokens asked for at once`,
        columns: ['at once', 'target', 'p50', 'p95', 'latest', 'stories'],
        rows: options.streams.flatMap((streams) =>
          targets.map(({ name }) => {
            const all = waits.get(`${streams} ${name}`) ?? [];
            const told = [0.5, 0.95, 1].map((share) => percentile(all, share).toFixed(1));
            return [streams, name, ...told, all.length];
          }),
        ),
      },
    ],
  };
}
