import type { BenchOptions, Findings } from '../scenario.ts';
import { median, percentile } from '../statistics.ts';
import { type LoadResult, rate, type Target } from '../targets/target.ts';

export type StartTarget = (options: BenchOptions, parallel: number) => Promise<Target>;

/**
 * Gives targets the same load in turn, again and again: tokens a second, and the first's against each of the others.
 * Each has the load once before it is measured, as one that has rested is slower at first.
 */
export async function compare(options: BenchOptions, starts: StartTarget[]): Promise<Findings> {
  const parallel = Math.max(...options.streams);
  const targets: Target[] = [];
  const results = new Map<string, LoadResult[]>();
  const resultsOf = (target: Target, streams: number) => results.get(`${target.name} ${streams}`) ?? [];
  try {
    for (const start of starts) targets.push(await start(options, parallel));
    await useEverySlot(targets, options);
    for (const { round, streams, turn, target } of turns(targets, options)) {
      const load = { streams, tokens: options.tokens, alike: options.alike };
      await target.load({ ...load, round: 2 * turn - 1 });
      const result = await target.load({ ...load, round: 2 * turn });
      results.set(`${target.name} ${streams}`, [...resultsOf(target, streams), result]);
      options.log(`round ${round}, ${streams} at once, ${target.name}: ${rate(result).toFixed(0)} tokens/s`);
    }
  } finally {
    await Promise.all(targets.map((target) => target.stop()));
  }
  const [first, ...others] = targets;
  const medianRate = (target: Target, streams: number) => median(resultsOf(target, streams).map(rate));
  return {
    tables: [
      {
        title: `Tokens a second, ${options.tokens} tokens each, medians of ${options.rounds}`,
        columns: [
          'at once',
          ...targets.map(({ name }) => name),
          ...others.map(({ name }) => `${first?.name} ÷ ${name}`),
        ],
        rows: options.streams.map((streams) => [
          streams,
          ...targets.map((target) => medianRate(target, streams).toFixed(0)),
          ...others.map((other) => median(ratios(first, other, streams)).toFixed(2)),
        ]),
      },
      {
        title: 'Waits, CPU and memory',
        columns: [
          'at once',
          'target',
          'first token p50 ms',
          'p95 ms',
          'gap p95 ms',
          'CPU ms/token',
          'RSS MB',
        ],
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

/** A slot that is new holds nothing to share, and touches its memory for the first time. */
export async function useEverySlot(targets: Target[], { streams, alike }: BenchOptions): Promise<void> {
  for (const target of targets)
    await target.load({ streams: Math.max(...streams), tokens: 2, round: 0, alike });
}

interface Turn {
  round: number;
  streams: number;
  /** Counts them, from 1; all targets have the same number of streams in one turn. */
  turn: number;
  target: Target;
}

/** In each round every number of streams is given to every target, in the order of {@link inTurn}. */
export function* turns(targets: readonly Target[], { rounds, streams }: BenchOptions): Generator<Turn> {
  for (let round = 1, turn = 0; round <= rounds; round++)
    for (const count of streams) {
      turn++;
      for (const target of inTurn(targets, round)) yield { round, streams: count, turn, target };
    }
}

/**
 * The targets in the order of a round: over as many rounds as there are of them, each comes once directly after each
 * other (where their number is even), for what one leaves behind slows down the next. E. J. Williams, 1949,
 * "Experimental designs balanced for the estimation of residual effects of treatments".
 */
export function inTurn<T>(targets: readonly T[], round: number): T[] {
  const { length } = targets;
  const zigzag = targets.map((_, at) => (at % 2 === 1 ? (at + 1) / 2 : length - at / 2));
  return zigzag.flatMap((at) => targets.slice((at + round) % length).slice(0, 1));
}

/** What a busy machine changes least. */
const cpuMsPerToken = ({ cores, seconds, tokens }: LoadResult): number => (cores * seconds * 1000) / tokens;

function waitsRow(streams: number, name: string, results: LoadResult[]): (string | number)[] {
  const firstTokens = results.flatMap((result) => result.firstTokenMs);
  const gaps = results.flatMap((result) => result.gapMs);
  return [
    streams,
    name,
    percentile(firstTokens, 0.5).toFixed(0),
    percentile(firstTokens, 0.95).toFixed(0),
    percentile(gaps, 0.95).toFixed(1),
    median(results.map(cpuMsPerToken)).toFixed(2),
    median(results.map(({ rssMb }) => rssMb)).toFixed(0),
  ];
}
