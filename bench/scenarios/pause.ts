import { setTimeout as sleep } from 'node:timers/promises';
import { availableCores } from '../../src/generation/threads/cores.ts';
import type { BenchOptions, Findings, Scenario } from '../scenario.ts';
import { median } from '../statistics.ts';
import { startLlamaServer } from '../targets/llama-server.ts';
import { startService } from '../targets/service.ts';
import { rate, type Target } from '../targets/target.ts';

/** One story after a pause, as most are on a bot's host, and one right after another. */
export const pause: Scenario = {
  name: 'pause',
  about:
    'tokens/s of one story right after another and after a pause, with automatic threads and with all cores',
  byDefault: false,
  run,
};

const pauseMs = 1_500;

async function run(options: BenchOptions): Promise<Findings> {
  const threads = availableCores();
  const all = `${threads} threads`;
  const targets: Target[] = [];
  const rows: string[][] = [];
  try {
    targets.push(await startService({ ...options, threads: 'auto' }, 1, 'service, automatic'));
    targets.push(await startService({ ...options, threads }, 1, `service, ${all}`));
    if (options.llamaServer)
      targets.push(await startLlamaServer({ ...options, threads }, 1, `llama-server, ${all}`));
    for (const target of targets) {
      const [inARow, rested]: [number[], number[]] = [[], []];
      let loads = 0;
      const load = async () =>
        rate(await target.load({ streams: 1, tokens: options.tokens, round: ++loads }));
      await load();
      for (let round = 1; round <= options.rounds; round++) {
        const atOnce = await load();
        await sleep(pauseMs);
        const later = await load();
        options.log(`${target.name}: ${atOnce.toFixed(0)} tokens/s, and ${later.toFixed(0)} after a pause`);
        inARow.push(atOnce);
        rested.push(later);
      }
      rows.push([target.name, median(inARow).toFixed(0), median(rested).toFixed(0)]);
    }
  } finally {
    await Promise.all(targets.map((target) => target.stop()));
  }
  const title = `Tokens a second of one story, ${options.tokens} tokens each, medians of ${options.rounds}`;
  return { tables: [{ title, columns: ['target', 'right after another', `after ${pauseMs} ms`], rows }] };
}
