import { randomUUID } from 'node:crypto';
import type { GenerationEvent } from '../generator.ts';

export type EndEvent = Extract<GenerationEvent, { type: 'end' }>;

/** How an endpoint words what was written, as chunks of a stream and as a whole. */
export interface AnswerForm {
  /** Gives the data of the chunks for an event; none when this client is not told of it. */
  chunks(event: GenerationEvent): string[];
  whole(text: string, end: EndEvent): object;
  /** What ends a stream. */
  readonly done: string | undefined;
}

export interface FormOptions {
  model: string;
  /** Tells of queue, reading and token counts too. */
  progress: boolean;
  usage: boolean;
}

/** OpenAI's `/v1/completions`. */
export function completionForm(options: FormOptions): AnswerForm {
  return openAiForm(options, 'cmpl', ['text_completion', 'text_completion'], {
    piece: (text) => ({ text }),
    whole: (text) => ({ text }),
  });
}

/** OpenAI's `/v1/chat/completions`. */
export function chatForm(options: FormOptions): AnswerForm {
  return openAiForm(options, 'chatcmpl', ['chat.completion.chunk', 'chat.completion'], {
    piece: (content, first) => ({ delta: first ? { role: 'assistant', content } : { content } }),
    whole: (content) => ({ message: { role: 'assistant', content } }),
  });
}

interface Wording {
  piece(text: string, first: boolean): object;
  whole(text: string): object;
}

function openAiForm(
  { model, progress, usage }: FormOptions,
  idPrefix: string,
  [chunkObject, wholeObject]: [string, string],
  wording: Wording,
): AnswerForm {
  const head = { id: `${idPrefix}-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model };
  let first = true;
  const chunk = (text: string, finish: string | null, extra: object) => {
    const choice = { index: 0, ...wording.piece(text, first), logprobs: null, finish_reason: finish };
    first = false;
    return JSON.stringify({ ...head, object: chunkObject, choices: [choice], ...extra });
  };
  return {
    done: '[DONE]',
    chunks(event) {
      if (event.type === 'text') return [chunk(event.text, null, progress ? { tokens: event.tokens } : {})];
      if (event.type === 'end') {
        const extra = progress ? { usage: usageOf(event), timings: timingsOf(event) } : {};
        const last = chunk('', finishOf(event), extra);
        if (!usage) return [last];
        return [last, JSON.stringify({ ...head, object: chunkObject, choices: [], usage: usageOf(event) })];
      }
      if (!progress) return [];
      if (event.type === 'queued')
        return [chunk('', null, { queue: { position: event.position, eta_seconds: event.etaSeconds } })];
      return [chunk('', null, { prompt_progress: { processed: event.done, total: event.total } })];
    },
    whole: (text, end) => ({
      ...head,
      object: wholeObject,
      choices: [{ index: 0, ...wording.whole(text), logprobs: null, finish_reason: finishOf(end) }],
      usage: usageOf(end),
      timings: timingsOf(end),
    }),
  };
}

function finishOf({ reason }: EndEvent): 'stop' | 'length' {
  return reason === 'length' ? 'length' : 'stop';
}

export function usageOf({ usage }: EndEvent): object {
  return {
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    total_tokens: usage.promptTokens + usage.completionTokens,
    prompt_tokens_details: { cached_tokens: usage.cachedTokens ?? 0 },
  };
}

/** Named as llama.cpp's server names them; `queued_ms` is ours. */
export function timingsOf({ usage, timings }: EndEvent): object {
  const writingMs = timings.totalMs - timings.queuedMs - timings.firstTokenMs;
  return {
    queued_ms: timings.queuedMs,
    prompt_n: usage.promptTokens - (usage.cachedTokens ?? 0),
    prompt_ms: timings.firstTokenMs,
    predicted_n: usage.completionTokens,
    predicted_ms: writingMs,
    predicted_per_second: writingMs > 0 ? (usage.completionTokens / writingMs) * 1000 : 0,
  };
}
