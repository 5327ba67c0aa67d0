import { setTimeout as delay } from 'node:timers/promises';
import type {
  GenerationEvent,
  GenerationRequest,
  ModelInfo,
  TextGenerator,
} from '../../src/generation/generator.ts';

/** Writes what `script` gives for a prompt, a word at a time; goes on after whatever of it the prompt ends with. */
export class PacedGenerator implements TextGenerator {
  /** Milliseconds before each word. */
  wordMs: number;
  /** No word beyond so many comes before it is raised: the middle of a text, however busy the machine is. */
  heldAt = Number.POSITIVE_INFINITY;
  private readonly script: (prompt: string) => string;

  constructor(script: (prompt: string) => string, wordMs: number) {
    this.script = script;
    this.wordMs = wordMs;
  }

  async describe(): Promise<ModelInfo> {
    return { name: 'paced', contextLength: 100_000, chat: false, bundled: false };
  }

  async *generate({ prompt }: GenerationRequest, signal: AbortSignal): AsyncIterable<GenerationEvent> {
    const asked = prompt.kind === 'text' ? prompt.text : '';
    const whole = this.script(asked);
    let at = whole.length;
    while (!asked.endsWith(whole.slice(0, at))) at--;
    const wordsIn = (text: string) => text.match(/\s*\S+\s*$|\s*\S+/g) ?? [];
    const before = wordsIn(whole.slice(0, at)).length;
    let tokens = 0;
    for (const text of wordsIn(whole.slice(at))) {
      do await delay(this.wordMs);
      while (before + tokens >= this.heldAt && !signal.aborted);
      if (signal.aborted) break;
      tokens++;
      yield { type: 'text', text, tokens: 1 };
    }
    yield {
      type: 'end',
      reason: signal.aborted ? 'abort' : 'stop',
      usage: { promptTokens: asked.length, completionTokens: tokens },
      timings: { queuedMs: 0, firstTokenMs: 1, totalMs: 2 },
    };
  }
}
