import type { BenchOptions, Findings, Scenario } from '../scenario.ts';
import { median, percentile } from '../statistics.ts';
import { startBare } from '../targets/bare.ts';
import { startLlamaServer } from '../targets/llama-server.ts';
import { startService } from '../targets/service.ts';
import type { LoadResult, Target } from '../targets/target.ts';

/** Tokens a second through the service over HTTP, against the library driven bare and against llama.cpp's server. */
export const throughput: Scenario = {
  name: 'throughput',
  about:
    'tokens/s of the service over HTTP ÷ bare node-llama-cpp (and llama-server, where LLAMA_SERVER names it)',
  byDefault: true,
  run,
};

async function run(options: BenchOptions): Promise<Findings> {
  const parallel = Math.max(...options.streams);
  const targets: Target[] = [await startService(options, parallel), await startBare(options, parallel)];
  if (options.llamaServer) targets.push(await startLlamaServer(options, parallel));
  const results = new Map<string, LoadResult[]>();
  const resultsOf = (target: Target, streams: number) => results.get(`${target.name} ${streams}`) ?? [];
  try {
    for (const target of targets) await target.load({ streams: 1, tokens: 16, round: 0 });
    for (let round = 1; round <= options.rounds; round++)
      for (const streams of options.streams)
        for (const target of targets) {
          const result = await target.load({ streams, tokens: options.tokens, round });
          results.set(`${target.name} ${streams}`, [...resultsOf(target, streams), result]);
          options.log(
            `round ${round}, ${streams} at once, ${target.name}: ${rate(result).toFixed(0)} tokens/s`,
          );
        }
  } finally {
    await Promise.all(targets.map((target) => target.stop()));
  }
  const [service, ...others] = targets;
  const medianRate = (target: Target, streams: number) => median(resultsOf(target, streams).map(rate));
  return {
    tables: [
      {
        title: `Tokens a second, ${options.tokens} tokens each, medians of ${options.rounds}`,
        columns: [
          'at once',
          ...targets.map(({ name }) => name),
          ...others.map(({ name }) => `service ÷ ${name}`),
        ],
        rows: options.streams.map((streams) => [
          streams,
          ...targets.map((target) => medianRate(target, streams).toFixed(0)),
          ...others.map((other) => median(ratios(service, other, streams)).toFixed(2)),
        ]),
      },
      {
        title: 'Waits, CPU and memory',
        columns: ['at once', 'target', 'first token p50 ms', 'p95 ms', 'gap p95 ms', 'cores', 'RSS MB'],
        rows: options.streams.flatMap((streams) =>
          targets.map((target) => waitsRow(streams, target.name, resultsOf(target, streams))),
        ),
      },
    ],
    charts: [
      {
        title: 'Throughput by stories at once',
        unit: 'tokens/s',
        labels: options.streams.map(String),
        series: targets.map((target) => ({
          name: target.name,
          values: options.streams.map((streams) => medianRate(target, streams)),
        })),
      },
    ],
  };

  /** Within each round, so that what else the machine does weighs on both. */
  function ratios(one: Target | undefined, other: Target, streams: number): number[] {
    if (!one) return [];
    const others = resultsOf(other, streams);
    return resultsOf(one, streams).map((result, round) => rate(result) / rate(others[round] ?? result));
  }
}

const rate = ({ tokens, seconds }: LoadResult): number => tokens / seconds;

function waitsRow(streams: number, name: string, results: LoadResult[]): (string | number)[] {
  const first = results.flatMap((result) => result.firstTokenMs);
  const gaps = results.flatMap((result) => result.gapMs);
  return [
    streams,
    name,
    percentile(first, 0.5).toFixed(0),
    percentile(first, 0.95).toFixed(0),
    percentile(gaps, 0.95).toFixed(1),
    median(results.map(({ cores }) => cores)).toFixed(2),
    median(results.map(({ rssMb }) => rssMb)).toFixed(0),
  ];
}
