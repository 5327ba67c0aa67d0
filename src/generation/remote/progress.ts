import type { Clock } from '../../ops/clock.ts';
import { BadRequest, type GenerationEvent, type GenerationRequest, type Prompt } from '../generator.ts';
import type { Chunk } from './chunk.ts';
import { resumed } from './request-body.ts';
import { shortened } from './shorten.ts';

type EndEvent = Extract<GenerationEvent, { type: 'end' }>;

/** How far a text has come, over all attempts. */
export class Progress {
  /** All text received. */
  text = '';
  end: EndEvent | undefined;
  private readonly request: GenerationRequest;
  private readonly clock: Clock;
  private readonly startedAt: number;
  /** When the first attempt failed of those that gave nothing new. */
  private failingSince: number | undefined;
  private prompt: Prompt;
  private tokens = 0;
  /** Those of the attempts before this one. */
  private earlierTokens = 0;
  private usage: NonNullable<Chunk['usage']> | undefined;
  private timings: NonNullable<Chunk['timings']> | undefined;
  private reason: 'stop' | 'length' | undefined;
  private firstTextAt: number | undefined;

  constructor(request: GenerationRequest, clock: Clock) {
    this.request = request;
    this.clock = clock;
    this.prompt = request.prompt;
    this.startedAt = clock.now();
  }

  /** What is still to be asked for; none when all tokens are there. */
  remaining(): GenerationRequest | undefined {
    this.earlierTokens = this.tokens;
    const maxTokens = this.request.options.maxTokens - this.tokens;
    if (maxTokens <= 0) {
      this.end = this.ended('length');
      return undefined;
    }
    const options = { ...this.request.options, maxTokens };
    return { ...this.request, prompt: resumed(this.prompt, this.text), options };
  }

  saw(event: GenerationEvent): void {
    // A prompt that is read again is nothing new: it may be what the service dies of.
    if (event.type !== 'reading') this.failingSince = undefined;
    if (event.type !== 'text') return;
    this.firstTextAt ??= this.clock.now();
    this.text += event.text;
    this.tokens += event.tokens;
  }

  /** To be called when an attempt failed: for how long they have, in milliseconds. */
  failingMs(): number {
    const now = this.clock.now();
    this.failingSince ??= now;
    return now - this.failingSince;
  }

  sawChunk(chunk: Chunk): void {
    this.usage = chunk.usage ?? this.usage;
    this.timings = chunk.timings ?? this.timings;
    const finish = chunk.choices?.[0]?.finish_reason;
    if (finish) this.reason = finish === 'length' ? 'length' : 'stop';
    // The usage may come in a chunk of its own after the last one.
    if (this.reason) this.end = this.ended(this.reason);
  }

  /**
   * Leaves out the oldest text, for a service whose context of `contextLength` tokens it does not fit into.
   * @throws {BadRequest} when none is left
   */
  shorten(contextLength: number): void {
    const shorter = shortened(this.prompt, contextLength);
    if (!shorter) throw new BadRequest('prompt', 'The prompt is longer than the context of the model');
    this.prompt = shorter;
  }

  ended(reason: EndEvent['reason']): EndEvent {
    const now = this.clock.now();
    const cached = this.usage?.prompt_tokens_details?.cached_tokens;
    return {
      type: 'end',
      reason,
      usage: {
        promptTokens: this.usage?.prompt_tokens ?? 0,
        completionTokens: Math.max(this.tokens, this.earlierTokens + (this.usage?.completion_tokens ?? 0)),
        ...(typeof cached === 'number' ? { cachedTokens: cached } : {}),
      },
      timings: {
        queuedMs: this.timings?.queued_ms ?? 0,
        firstTokenMs: this.timings?.prompt_ms ?? (this.firstTextAt ?? now) - this.startedAt,
        totalMs: now - this.startedAt,
      },
    };
  }
}
