import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { bundledModelPath, packageRoot } from '../src/ops/paths.ts';
import { saveFindings, tableText } from './report.ts';
import type { BenchOptions } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';

const list = scenarios.map(({ name, about }) => `  ${name}: ${about}`).join('\n');

const program = new Command('bench')
  .description(`Measures. Scenarios:\n${list}`)
  .argument('[scenarios...]', 'which to run; those that are quick, when none is named')
  .option('--model <file>', 'a GGUF file', bundledModelPath)
  .option('--streams <list>', 'stories at once', '1,4,8,16,32')
  .option('--tokens <n>', 'tokens a story', '128')
  .option('--rounds <n>', 'how often each measurement is repeated', '3')
  .option(
    '--alike',
    'prompts that begin with the same words, for which llama-server keeps to its first slots',
  )
  .option('--threads <n>', 'compute threads of every target; auto: each chooses for itself', '1')
  .parse();

type Given = Record<'model' | 'streams' | 'tokens' | 'rounds' | 'threads', string> & { alike?: true };
const given = program.opts<Given>();
const print = (line: string) => void process.stdout.write(`${line}\n`);
const options: BenchOptions = {
  modelPath: resolve(given.model),
  streams: given.streams.split(',').map(Number),
  tokens: Number(given.tokens),
  rounds: Number(given.rounds),
  alike: given.alike ?? false,
  threads: given.threads === 'auto' ? 'auto' : Number(given.threads),
  llamaServer: process.env.LLAMA_SERVER,
  draft: process.env.MODEL_DRAFT,
  log: (line) => void process.stderr.write(`${line}\n`),
};

const chosen = scenarios.filter(({ name, byDefault }) =>
  program.args.length > 0 ? program.args.includes(name) : byDefault,
);
const folder = join(packageRoot, 'bench/results', new Date().toISOString().replace(/[:.]/g, '-'));
print(`${options.modelPath}\n${cpus().length} cores, ${cpus()[0]?.model}, Node ${process.version}\n`);
for (const scenario of chosen) {
  const findings = await scenario.run(options);
  for (const table of findings.tables) print(tableText(table));
  saveFindings(folder, scenario.name, findings);
}
print(`Saved in ${folder}`);
