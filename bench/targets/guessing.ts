import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { processEnvironment } from '../../src/generation/process-environment.ts';

/** One text, to be written without guesses and then with so many a pass. */
export interface GuessingLoad {
  guesses: number;
  prompt: string;
  temperature: number;
  tokens: number;
  round: number;
}

export interface GuessingResult {
  /** Tokens a second. */
  plain: number;
  guessing: number;
  guessed: number;
  taken: number;
  /** Both texts were the same. */
  isSame: boolean;
}

export interface GuessingTarget {
  /** Milliseconds of passes over 1, 2, 3, 4 and 5 tokens, several of each. */
  passMs: number[][];
  compare(load: GuessingLoad): Promise<GuessingResult>;
  stop(): Promise<void>;
}

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const script = fileURLToPath(new URL(`./guessing-process.${extension}`, import.meta.url));

/** The generator's loop, with and without guesses, in a process of its own. */
export async function startGuessing(
  modelPath: string,
  draft: string,
  threads: number,
): Promise<GuessingTarget> {
  const child = fork(script, [modelPath, draft, String(threads)], {
    env: processEnvironment(process.env),
  });
  const ended = once(child, 'exit').then(() => [undefined]);
  const answer = async <T>(): Promise<T> => {
    const [result] = await Promise.race([once(child, 'message'), ended]);
    if (result === undefined) throw new Error('The process that guesses has ended');
    return result as T;
  };
  return {
    passMs: await answer<number[][]>(),
    compare(load) {
      child.send(load);
      return answer<GuessingResult>();
    },
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
