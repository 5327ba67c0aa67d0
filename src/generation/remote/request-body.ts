import type { ChatMessage, GenerationRequest, Prompt } from '../generator.ts';
import type { ServiceInfo } from './service-info.ts';

/** A prompt with what was already written after it, so that the service goes on from there. */
export function resumed(prompt: Prompt, written: string): Prompt {
  if (written === '') return prompt;
  if (prompt.kind === 'text') return { kind: 'text', text: prompt.text + written };
  const last = prompt.messages.at(-1);
  const messages: ChatMessage[] =
    last?.role === 'assistant'
      ? [...prompt.messages.slice(0, -1), { role: 'assistant', content: last.content + written }]
      : [...prompt.messages, { role: 'assistant', content: written }];
  return { kind: 'chat', messages };
}

export interface WireRequest {
  path: string;
  body: Record<string, unknown>;
}

/** @param bare leave out what OpenAI's own service does not know */
export function wireRequest(request: GenerationRequest, service: ServiceInfo, bare: boolean): WireRequest {
  const { prompt, options, author, story } = request;
  const body: Record<string, unknown> = {
    model: service.model.name,
    max_tokens: options.maxTokens,
    temperature: options.temperature,
    top_p: options.topP,
    seed: options.seed,
    stream: true,
    stream_options: { include_usage: true },
    user: author,
    prompt_cache_key: story,
  };
  if (options.stop.length > 0) body.stop = options.stop;
  if (!bare) Object.assign(body, { top_k: options.topK, min_p: options.minP });
  if (service.kind !== 'openai') Object.assign(body, { return_progress: true, cache_prompt: true });
  if (prompt.kind === 'text') return { path: '/v1/completions', body: { ...body, prompt: prompt.text } };
  if (service.kind === 'openai' && !bare && prompt.messages.at(-1)?.role === 'assistant')
    // vLLM's words for "continue it".
    Object.assign(body, { continue_final_message: true, add_generation_prompt: false });
  return { path: '/v1/chat/completions', body: { ...body, messages: prompt.messages } };
}
