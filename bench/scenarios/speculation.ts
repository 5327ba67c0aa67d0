import { availableCores } from '../../src/generation/threads/cores.ts';
import type { BenchOptions, Findings, Scenario } from '../scenario.ts';
import { median } from '../statistics.ts';
import { type GuessingResult, startGuessing } from '../targets/guessing.ts';
import { promptOf } from '../targets/target.ts';

/** Whether guessing the next tokens pays for a story that is written alone. */
export const speculation: Scenario = {
  name: 'speculation',
  about: 'tokens/s of one story with guesses ÷ without; MODEL_DRAFT names a draft model',
  byDefault: false,
  run,
};

/** As many as the generator takes at most. */
const guesses = 4;
const refrain = 'The cat sat by the river and looked at the moon. '.repeat(8);
const texts = [
  { name: 'story', temperature: 0.8, promptOf: (round: number) => promptOf({ round }, 0) },
  { name: 'story', temperature: 0, promptOf: (round: number) => promptOf({ round }, 0) },
  { name: 'refrain', temperature: 0, promptOf: (round: number) => `Song ${round}. ${refrain}` },
];

async function run(options: BenchOptions): Promise<Findings> {
  const threads = options.threads === 'auto' ? availableCores() : options.threads;
  const rows: (string | number)[][] = [];
  const passMs: number[][] = [];
  for (const draft of new Set(['lookup', options.draft ?? 'lookup'])) {
    const target = await startGuessing(options.modelPath, draft, threads);
    try {
      for (const [index, times] of target.passMs.entries())
        passMs[index] = [...(passMs[index] ?? []), ...times];
      for (const text of texts) {
        const results: GuessingResult[] = [];
        for (let round = 1; round <= options.rounds; round++) {
          const { temperature } = text;
          const load = { guesses, temperature, tokens: options.tokens, round, prompt: text.promptOf(round) };
          results.push(await target.compare(load));
        }
        rows.push([
          draft === 'lookup' ? draft : 'draft model',
          text.name,
          text.temperature,
          ...summary(results),
        ]);
      }
    } finally {
      await target.stop();
    }
  }
  const one = median(passMs[0] ?? []);
  const passRows = passMs.map((times, index) => [
    index + 1,
    median(times).toFixed(2),
    (median(times) / one).toFixed(2),
  ]);
  const columns = ['guesses by', 'text', 'temperature', 'without', 'with', 'with ÷ without', 'taken', 'pays'];
  return {
    tables: [
      {
        title: `A pass over 1 to 5 tokens of one story, ${threads} threads, medians`,
        columns: ['tokens', 'ms', '÷ one token'],
        rows: passRows,
      },
      {
        title: `Tokens a second of one story with ${guesses} guesses a pass and without, ${options.tokens} tokens, medians of ${options.rounds}`,
        columns: [...columns, 'same texts'],
        rows,
      },
    ],
  };
}

function summary(results: GuessingResult[]): string[] {
  const [guessed, taken] = [sum(results.map((each) => each.guessed)), sum(results.map((each) => each.taken))];
  const gain = median(results.map((each) => each.guessing / each.plain));
  return [
    median(results.map((each) => each.plain)).toFixed(0),
    median(results.map((each) => each.guessing)).toFixed(0),
    gain.toFixed(2),
    guessed === 0 ? 'no guesses' : `${((100 * taken) / guessed).toFixed(0)}% of ${guessed}`,
    gain > 1 ? 'yes' : 'no',
    `${results.filter((each) => each.isSame).length} of ${results.length}`,
  ];
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
