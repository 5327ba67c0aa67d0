/** What a run of the bench was asked for. */
export interface BenchOptions {
  modelPath: string;
  /** Stories at once. */
  streams: number[];
  /** Tokens each. */
  tokens: number;
  /** Each measurement is repeated so often, the targets taking turns; medians are told. */
  rounds: number;
  /** Whether all prompts begin with the same words. */
  alike: boolean;
  /** Compute threads of every target; auto: each chooses for itself. */
  threads: 'auto' | number;
  /** llama.cpp's own server, to be compared with. */
  llamaServer: string | undefined;
  /** A draft model's file, to guess the next tokens. */
  draft: string | undefined;
  log(line: string): void;
}

export interface Table {
  title: string;
  columns: string[];
  rows: (string | number)[][];
}

export interface Chart {
  title: string;
  /** What the values are. */
  unit: string;
  labels: string[];
  series: { name: string; values: number[] }[];
}

export interface Findings {
  tables: Table[];
  charts?: Chart[];
}

/** One thing to measure. To add one: a file in `scenarios/`, and a line in `scenarios/index.ts`. */
export interface Scenario {
  name: string;
  /** What it measures, in a line. */
  about: string;
  /** Whether it runs when no scenario is named. */
  byDefault: boolean;
  run(options: BenchOptions): Promise<Findings>;
}
