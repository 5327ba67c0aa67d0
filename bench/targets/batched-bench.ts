import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { BenchOptions } from '../scenario.ts';
import type { LoadOptions, LoadResult, Target } from './target.ts';

/** Tokens of the bench's prompts, about. */
const promptTokens = 24;

/** llama.cpp's own measuring program, when it lies beside llama-server. */
export function batchedBench({ llamaServer, threads }: BenchOptions): string | undefined {
  const path = llamaServer && join(dirname(llamaServer), 'llama-batched-bench');
  return path && threads !== 'auto' && existsSync(path) ? path : undefined;
}

/** What llama.cpp itself computes in batches, with no sampling, no text and no server around it. */
export async function startBatchedBench(options: BenchOptions): Promise<Target> {
  const program = batchedBench(options) ?? 'llama-batched-bench';
  return {
    name: 'batched-bench',
    load: (load) => run(program, options, load),
    stop: async () => {},
  };
}

async function run(
  program: string,
  { modelPath, threads }: BenchOptions,
  { streams, tokens }: LoadOptions,
): Promise<LoadResult> {
  const args = ['-m', modelPath, '-c', String(512 * streams), '-fa', 'on', '--output-format', 'jsonl'];
  args.push('-npp', String(promptTokens), '-ntg', String(tokens), '-npl', String(streams));
  args.push('-t', String(threads), '-tb', String(threads));
  const { stdout } = await promisify(execFile)(program, args);
  const { t, t_pp: reading, t_tg: writing } = JSON.parse(stdout) as Record<'t' | 't_pp' | 't_tg', number>;
  return {
    tokens: streams * tokens,
    seconds: t,
    firstTokenMs: [reading * 1000],
    gapMs: [(writing * 1000) / tokens],
    cores: Number.NaN,
    rssMb: Number.NaN,
  };
}
