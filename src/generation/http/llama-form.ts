import type { GenerationEvent } from '../generator.ts';
import { type AnswerForm, type EndEvent, type FormOptions, timingsOf } from './answer-form.ts';

/** llama.cpp's `/completion`. */
export function llamaForm({ model, progress }: Omit<FormOptions, 'usage'>): AnswerForm {
  let written = 0;
  const last = (content: string, end: EndEvent) => ({
    index: 0,
    content,
    stop: true,
    model,
    tokens_predicted: end.usage.completionTokens,
    tokens_evaluated: end.usage.promptTokens,
    tokens_cached: end.usage.cachedTokens ?? 0,
    truncated: false,
    stop_type: stopType(end),
    stopping_word: end.stoppedBy ?? '',
    timings: timingsOf(end),
  });
  const going = (content: string, extra: object) =>
    JSON.stringify({ index: 0, content, stop: false, tokens_predicted: written, ...extra });
  return {
    done: undefined,
    chunks(event: GenerationEvent) {
      if (event.type === 'end') return [JSON.stringify(last('', event))];
      if (event.type === 'text') {
        written += event.tokens;
        return [going(event.text, {})];
      }
      if (!progress) return [];
      if (event.type === 'queued')
        return [going('', { queue: { position: event.position, eta_seconds: event.etaSeconds } })];
      return [going('', { prompt_progress: { processed: event.done, total: event.total } })];
    },
    whole: last,
  };
}

function stopType({ reason, stoppedBy }: EndEvent): string {
  if (reason === 'length') return 'limit';
  if (reason === 'abort') return 'none';
  return stoppedBy === undefined ? 'eos' : 'word';
}
