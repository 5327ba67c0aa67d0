export interface LoadOptions {
  streams: number;
  /** Tokens each. */
  tokens: number;
  /** Makes the prompts of this load its own. */
  round: number;
  /** Whether they begin with the same words, which a caching server reads once; otherwise they share nothing. */
  alike?: boolean | undefined;
}

export interface LoadResult {
  /** Tokens written, over all streams. */
  tokens: number;
  seconds: number;
  firstTokenMs: number[];
  /** Between two arrivals of a stream. */
  gapMs: number[];
  /** Cores' worth of CPU time that the target took. */
  cores: number;
  rssMb: number;
}

/** Tokens a second. */
export const rate = ({ tokens, seconds }: LoadResult): number => tokens / seconds;

/** Something that writes texts, in a process of its own. */
export interface Target {
  name: string;
  load(options: LoadOptions): Promise<LoadResult>;
  stop(): Promise<void>;
}

/** The prompt of one stream; a third of its words are in front of its numbers when they are alike. */
export const promptOf = ({ round, alike }: Pick<LoadOptions, 'round' | 'alike'>, stream: number): string =>
  alike
    ? `Once upon a time, in house ${round} of street ${stream}, there lived a fox who liked to read.`
    : `${round} and ${stream} were the numbers of the house in which, once upon a time, a fox lived.`;

/** The sampling of all targets: this project's defaults. */
export const sampling = { temperature: 0.8, topK: 40, topP: 0.95, minP: 0.05 };
