import { once } from 'node:events';
import type {
  GenerationEvent,
  GenerationRequest,
  ModelInfo,
  TextGenerator,
} from '../../src/generation/generator.ts';

/** Counts on from the last number of the prompt, so that a word lost or told twice is plain to see. */
export class CountingGenerator implements TextGenerator {
  readonly requests: GenerationRequest[] = [];
  /** Thrown before the word of that number, once each. */
  readonly faults = new Map<number, Error>();
  /** The story ends by itself after this number. */
  last = 20;
  /** Words wait here, while it is set, until it aborts. */
  gate: AbortController | undefined;
  /** The words up to this number need not wait at the gate. */
  gateAfter = 0;
  info: ModelInfo = { name: 'counting', contextLength: 4_096, chat: false, bundled: false };
  down: Error | undefined;
  /** The most streams that were open at once. */
  mostAtOnce = 0;
  private open = 0;

  async describe(): Promise<ModelInfo> {
    if (this.down) throw this.down;
    return this.info;
  }

  async *generate(request: GenerationRequest, signal: AbortSignal): AsyncIterable<GenerationEvent> {
    this.requests.push(request);
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.open);
    try {
      const text = request.prompt.kind === 'text' ? request.prompt.text : '';
      let number = Number(text.match(/(\d+)\s*$/)?.[1] ?? 0);
      let tokens = 0;
      const end = (reason: 'stop' | 'length' | 'abort'): GenerationEvent => ({
        type: 'end',
        reason,
        usage: { promptTokens: text.length, completionTokens: tokens },
        timings: { queuedMs: 0, firstTokenMs: 1, totalMs: 2 },
      });
      while (number < this.last) {
        if (this.gate && !this.gate.signal.aborted && number >= this.gateAfter) {
          await Promise.race([once(this.gate.signal, 'abort'), signal.aborted || once(signal, 'abort')]);
        }
        if (signal.aborted) return yield end('abort');
        if (tokens >= request.options.maxTokens) return yield end('length');
        number++;
        const fault = this.faults.get(number);
        this.faults.delete(number);
        if (fault) throw fault;
        tokens++;
        yield { type: 'text', text: ` ${number}`, tokens: 1 };
      }
      yield end('stop');
    } finally {
      this.open--;
    }
  }
}

/** ` 1 2 3…`, as the generator writes it. */
export const counted = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => ` ${from + n}`).join('');
