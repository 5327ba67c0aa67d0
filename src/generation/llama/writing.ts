import type { EventQueue } from '../event-queue.ts';
import type { GenerationRequest } from '../generator.ts';
import { Detokenizer } from './detokenizer.ts';
import type { Native, Sampler } from './native.ts';
import type { PreparedPrompt } from './prompt.ts';
import type { Slot } from './slots.ts';
import { StopFilter } from './stop-filter.ts';
import type { Strand } from './strand.ts';
import type { ModelVocabulary } from './vocabulary.ts';

interface WritingParts {
  request: GenerationRequest;
  prompt: PreparedPrompt;
  slot: Slot;
  native: Native;
  vocabulary: ModelVocabulary;
  contextLength: number;
  events: EventQueue;
  /** Milliseconds since it was asked for. */
  queuedMs: number;
}

/** The first words are sent at once; then text is gathered so long, as each sending costs sender and reader CPU time. */
const gatherMs = 100;
/** Of a fast model, no more tokens are gathered. */
const gatherTokens = 16;

/** One text being written on one slot: tokens in, events out. */
export class Writing implements Strand {
  readonly sequence: number;
  readonly sampler: Sampler;
  readonly held: number[];
  waiting: number[];
  /** Resolves when the last token was taken or the text was stopped, and rejects when llama.cpp failed. */
  readonly ended: Promise<void>;
  private readonly parts: WritingParts;
  private readonly detokenizer: Detokenizer;
  private readonly stopFilter: StopFilter;
  private readonly mostTokens: number;
  private readonly cachedTokens: number;
  private readonly startedAt = performance.now();
  private firstTokenAt: number | undefined;
  private tokens = 0;
  private unsent = { text: '', tokens: 0 };
  private sentAt = Number.NEGATIVE_INFINITY;
  private settle: { resolve: () => void; reject: (error: Error) => void } | undefined;

  constructor(parts: WritingParts) {
    const { request, prompt, slot, native, vocabulary, contextLength } = parts;
    this.parts = parts;
    this.sequence = slot.sequence;
    this.held = slot.held;
    this.cachedTokens = slot.held.length;
    this.waiting = prompt.tokens.slice(slot.held.length);
    this.sampler = native.createSampler(request.options);
    this.detokenizer = new Detokenizer(vocabulary.pieces);
    this.stopFilter = new StopFilter([...request.options.stop, ...prompt.stop]);
    this.ended = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
    this.mostTokens = Math.min(request.options.maxTokens, contextLength - prompt.tokens.length);
  }

  get left(): number {
    return this.mostTokens - this.tokens;
  }

  onRead(left: number): void {
    if (this.tokens > 0) return;
    const total = this.parts.prompt.tokens.length;
    this.parts.events.push({ type: 'reading', done: total - left, total });
  }

  onToken(token: number): boolean {
    this.firstTokenAt ??= performance.now();
    const { vocabulary, prompt } = this.parts;
    if (vocabulary.isEnd(token) || prompt.endTokens.has(token)) return this.finish('stop');
    this.tokens++;
    this.unsent.tokens++;
    this.unsent.text += this.stopFilter.push(this.detokenizer.push(token));
    if (this.unsent.tokens >= gatherTokens || performance.now() - this.sentAt >= gatherMs) this.send();
    if (this.stopFilter.stoppedBy !== undefined) return this.finish('stop');
    if (this.tokens >= this.mostTokens) return this.finish('length');
    return true;
  }

  onFailure(error: Error): void {
    this.settle?.reject(error);
  }

  /** Stops where the text is. */
  abort(): void {
    this.finish('abort');
  }

  private send(): void {
    if (this.unsent.text === '') return;
    this.parts.events.push({ type: 'text', ...this.unsent });
    this.unsent = { text: '', tokens: 0 };
    this.sentAt = performance.now();
  }

  private finish(reason: 'stop' | 'length' | 'abort'): false {
    this.unsent.text += this.stopFilter.push(this.detokenizer.end()) + this.stopFilter.end();
    this.send();
    const now = performance.now();
    const { events, prompt, queuedMs } = this.parts;
    const { stoppedBy } = this.stopFilter;
    events.push({
      type: 'end',
      reason,
      ...(stoppedBy === undefined ? {} : { stoppedBy }),
      usage: {
        promptTokens: prompt.tokens.length,
        completionTokens: this.tokens,
        cachedTokens: this.cachedTokens,
      },
      timings: {
        queuedMs,
        firstTokenMs: (this.firstTokenAt ?? now) - this.startedAt,
        totalMs: queuedMs + now - this.startedAt,
      },
    });
    this.settle?.resolve();
    return false;
  }
}
