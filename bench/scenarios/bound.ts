import { availableCores } from '../../src/generation/threads/cores.ts';
import { modelBytes } from '../model-bytes.ts';
import type { BenchOptions, Findings, Scenario } from '../scenario.ts';
import { median } from '../statistics.ts';
import { memoryBandwidth } from '../targets/memory-bandwidth.ts';
import { startService } from '../targets/service.ts';
import { rate as rateOf } from '../targets/target.ts';

/** How near one story comes to what the memory allows: every token needs all weights and the state of the story. */
export const bound: Scenario = {
  name: 'bound',
  about: 'tokens/s of one story ÷ (memory bandwidth ÷ bytes read a token)',
  byDefault: true,
  run,
};

/** Tokens of the bench's prompts, about. */
const promptTokens = 24;

async function run(options: BenchOptions): Promise<Findings> {
  const threads = options.threads === 'auto' ? availableCores() : options.threads;
  const { weights, statePerToken } = await modelBytes(options.modelPath);
  const bytesPerToken = weights + statePerToken * (promptTokens + options.tokens / 2);
  const service = await startService(options, 1);
  const measured: { bandwidth: number; rate: number }[] = [];
  try {
    await service.load({ streams: 1, tokens: 16, round: 0 });
    for (let round = 1; round <= options.rounds; round++) {
      const bandwidth = await memoryBandwidth(threads);
      const result = await service.load({ streams: 1, tokens: options.tokens, round });
      measured.push({ bandwidth, rate: rateOf(result) });
    }
  } finally {
    await service.stop();
  }
  const bandwidth = median(measured.map((each) => each.bandwidth));
  const rate = median(measured.map((each) => each.rate));
  const shares = measured.map((each) => each.rate / (each.bandwidth / bytesPerToken));
  const columns = [
    'threads',
    'memory GB/s',
    'MB a token',
    'bound tokens/s',
    'service tokens/s',
    'service ÷ bound',
  ];
  const row = [threads, (bandwidth / 1e9).toFixed(1), (bytesPerToken / 1e6).toFixed(1)];
  row.push((bandwidth / bytesPerToken).toFixed(0), rate.toFixed(0), median(shares).toFixed(2));
  const title = `One story against the memory, medians of ${options.rounds}`;
  return { tables: [{ title, columns, rows: [row] }] };
}
