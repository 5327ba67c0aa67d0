import type { SamplingOptions } from './options.ts';

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/**
 * What is to be continued: plain text for a story model, messages for an instruct model. When the last message is
 * the assistant's it is continued, not answered.
 */
export type Prompt = { kind: 'text'; text: string } | { kind: 'chat'; messages: ChatMessage[] };

export interface GenerationRequest {
  prompt: Prompt;
  options: SamplingOptions;
  /** Keys of fairness: the queue goes round between authors, then between their channels. */
  author: string;
  channel: string;
  /** Names the text that grows from turn to turn, so that its prefix can stay in the cache. */
  story: string;
}

export interface Usage {
  promptTokens: number;
  completionTokens: number;
  /** Prompt tokens that were still in the cache and were not read again. */
  cachedTokens?: number;
}

/** Milliseconds, measured where the text was made. */
export interface Timings {
  queuedMs: number;
  /** From the start of reading to the first token. */
  firstTokenMs: number;
  totalMs: number;
}

export type GenerationEvent =
  | { type: 'queued'; position: number; etaSeconds?: number }
  | { type: 'reading'; done: number; total: number }
  /** `tokens` is how many tokens the piece stands for (several may come as one piece). */
  | { type: 'text'; text: string; tokens: number }
  /** `stoppedBy` is the stop string that was met, where that is known. */
  | {
      type: 'end';
      reason: 'stop' | 'length' | 'abort';
      stoppedBy?: string;
      usage: Usage;
      timings: Timings;
    };

export interface ModelInfo {
  name: string;
  /** Tokens that prompt and completion may have together. */
  contextLength: number;
  /** True for an instruct model: prompts are sent as chat messages. */
  chat: boolean;
  /** True for the small model that ships with Storyteller. */
  bundled: boolean;
}

/** The port to whatever writes the text. */
export interface TextGenerator {
  /**
   * Continues a prompt. Ends with exactly one `end` event; aborting `signal` gives `end` with reason `abort` within a
   * token. Text never ends inside a character.
   * @throws {GeneratorBusy} when the queue is full
   * @throws {GeneratorUnavailable} when there is no model or no service, after its own retries
   * @throws {BadRequest} when the request itself can't be served
   */
  generate(request: GenerationRequest, signal: AbortSignal): AsyncIterable<GenerationEvent>;
  /** @throws {GeneratorUnavailable} when the service can't be asked */
  describe(): Promise<ModelInfo>;
}

/** The queue is full; worth trying again after `retryAfterMs`. */
export class GeneratorBusy extends Error {
  override name = 'GeneratorBusy';
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number) {
    super(`The generator's queue is full; try again in ${Math.ceil(retryAfterMs / 1000)} s`);
    this.retryAfterMs = retryAfterMs;
  }
}

/** No model or no service just now; the turn stays queued and is tried again. */
export class GeneratorUnavailable extends Error {
  override name = 'GeneratorUnavailable';
}

/** One text came to a standstill and was given up, while others go on; it may be asked for again from where it is. */
export class GeneratorStalled extends GeneratorUnavailable {}

/** The request can't be served as it is; trying again won't help. */
export class BadRequest extends Error {
  override name = 'BadRequest';
  /** The field that is wrong, by its name in the request. */
  readonly field: string;
  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}
