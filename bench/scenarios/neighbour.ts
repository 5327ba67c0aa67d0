import { type ChildProcess, spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { availableCores } from '../../src/generation/threads/cores.ts';
import { threadLadder } from '../../src/generation/threads/governor.ts';
import type { BenchOptions, Findings, Scenario } from '../scenario.ts';
import { median } from '../statistics.ts';
import { startLlamaServer } from '../targets/llama-server.ts';
import { startService } from '../targets/service.ts';
import { rate, type Target } from '../targets/target.ts';
import { turns } from './compare.ts';

/** How the automatic choice of threads does while other processes burn every core. */
export const neighbour: Scenario = {
  name: 'neighbour',
  about: 'beside a busy process on every core (nice 5): automatic threads ÷ the best fixed count',
  byDefault: false,
  run,
};

const niceness = 5;
/** A collapsed target may need a second for three tokens. */
const tokens = 64;

async function run(options: BenchOptions): Promise<Findings> {
  const cores = availableCores();
  const parallel = Math.max(...options.streams);
  const fixed = threadLadder(cores);
  const targets: Target[] = [await startService({ ...options, threads: 'auto' }, parallel, 'auto')];
  for (const threads of fixed)
    targets.push(await startService({ ...options, threads }, parallel, threadsName(threads)));
  if (options.llamaServer)
    targets.push(
      await startLlamaServer({ ...options, threads: cores }, parallel, `llama-server, ${cores} threads`),
    );
  const burners = Array.from({ length: cores }, burn);
  const rates = new Map<string, number[]>();
  try {
    for (const { round, streams, target } of turns(targets, options)) {
      const reached = rate(await target.load({ streams, tokens, round }));
      const key = `${target.name} ${streams}`;
      rates.set(key, [...(rates.get(key) ?? []), reached]);
      options.log(`round ${round}, ${key} at once: ${reached.toFixed(0)} tokens/s`);
    }
  } finally {
    for (const burner of burners) burner.kill('SIGKILL');
    await Promise.all(targets.map((target) => target.stop()));
  }
  const rateOf = (name: string, streams: number) => median(rates.get(`${name} ${streams}`) ?? []);
  const best = (streams: number) =>
    Math.max(...fixed.map((threads) => rateOf(threadsName(threads), streams)));
  return {
    tables: [
      {
        title: `Tokens a second beside ${cores} burning processes, medians of ${options.rounds}`,
        columns: ['at once', ...targets.map(({ name }) => name), 'auto ÷ best fixed'],
        rows: options.streams.map((streams) => [
          streams,
          ...targets.map(({ name }) => rateOf(name, streams).toFixed(0)),
          (rateOf('auto', streams) / best(streams)).toFixed(2),
        ]),
      },
    ],
  };
}

const threadsName = (threads: number) => `${threads} thread${threads === 1 ? '' : 's'}`;

function burn(): ChildProcess {
  const burner = spawn(process.execPath, ['-e', 'for(;;);'], { stdio: 'ignore' });
  if (burner.pid) setPriority(burner.pid, niceness);
  return burner;
}
