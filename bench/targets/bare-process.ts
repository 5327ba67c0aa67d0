import { getLlama, LlamaLogLevel, type Token } from 'node-llama-cpp';
import { type LoadOptions, type LoadResult, promptOf, sampling } from './target.ts';

/**
 * node-llama-cpp as its documentation shows it, with nothing around it: `sequence.evaluate()` on every stream.
 * Arguments: the model's file, threads, sequences.
 */
const [modelPath = '', threads = '1', parallel = '1'] = process.argv.slice(2);
const llama = await getLlama({
  gpu: false,
  build: 'never',
  skipDownload: true,
  progressLogs: false,
  maxThreads: Number(threads),
  logLevel: LlamaLogLevel.error,
});
const model = await llama.loadModel({ modelPath });
const context = await model.createContext({
  sequences: Number(parallel),
  contextSize: 512,
  threads: Number(threads),
  flashAttention: true,
});
const sequences = Array.from({ length: Number(parallel) }, () => context.getSequence());

async function write(stream: number, options: LoadOptions, started: number) {
  const { tokens, round } = options;
  const sequence = sequences[stream];
  if (!sequence) throw new Error('Too many streams');
  await sequence.clearHistory();
  const start = model.tokens.bos === null ? [] : [model.tokens.bos];
  const prompt: Token[] = [...start, ...model.tokenize(promptOf(options, stream))];
  let written = 0;
  let firstTokenMs = Number.NaN;
  let last = started;
  const gapMs: number[] = [];
  for await (const token of sequence.evaluate(prompt, { ...sampling, seed: round * 1000 + stream })) {
    model.detokenize([token]);
    const now = performance.now();
    if (++written === 1) firstTokenMs = now - started;
    else gapMs.push(now - last);
    last = now;
    if (written >= tokens || token === model.tokens.bos) break;
  }
  return { written, firstTokenMs, gapMs };
}

process.on('message', async (options: LoadOptions) => {
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  const streams = await Promise.all(
    Array.from({ length: options.streams }, (_, stream) => write(stream, options, started)),
  );
  const seconds = (performance.now() - started) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  const result: LoadResult = {
    tokens: streams.reduce((sum, stream) => sum + stream.written, 0),
    seconds,
    firstTokenMs: streams.map((stream) => stream.firstTokenMs),
    gapMs: streams.flatMap((stream) => stream.gapMs),
    cores: (cpu.user + cpu.system) / 1e6 / seconds,
    rssMb: process.memoryUsage.rss() / 1024 / 1024,
  };
  process.send?.(result);
});
process.once('disconnect', () => process.exit(1));
process.send?.('ready');
