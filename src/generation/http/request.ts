import { randomInt, randomUUID } from 'node:crypto';
import type { GenerationRequest, Prompt } from '../generator.ts';
import { defaultSampling, type SamplingOptions, samplingRanges } from '../options.ts';
import type { ChatBody, CompletionBody, LlamaBody } from './schemas.ts';

/** Our clients name the channel here, where services that know nothing of it overlook it. */
export const channelHeader = 'x-storyteller-channel';

interface Sender {
  /** Who it is when the request does not say: its address. */
  address: string;
  channel: string | undefined;
}

export function completionRequest(body: CompletionBody, sender: Sender): GenerationRequest {
  const text = typeof body.prompt === 'string' ? body.prompt : body.prompt[0];
  return request(body, { kind: 'text', text }, sender);
}

export function chatRequest(body: ChatBody, sender: Sender): GenerationRequest {
  const messages = body.messages.map(({ role, content }) => ({
    role: role === 'developer' ? ('system' as const) : role,
    content: typeof content === 'string' ? content : content.map((part) => part.text).join(''),
  }));
  const maxTokens = body.max_completion_tokens ?? body.max_tokens;
  return request({ ...body, max_tokens: maxTokens }, { kind: 'chat', messages }, sender);
}

export function llamaRequest(body: LlamaBody, sender: Sender): GenerationRequest {
  const maxTokens = body.n_predict === -1 ? samplingRanges.maxTokens.max : body.n_predict;
  return request({ ...body, max_tokens: maxTokens }, { kind: 'text', text: body.prompt }, sender);
}

type SharedBody = Omit<CompletionBody, 'prompt'>;

function request(body: SharedBody, prompt: Prompt, sender: Sender): GenerationRequest {
  const author = body.user ?? sender.address;
  return {
    prompt,
    options: samplingOf(body),
    author,
    channel: sender.channel ?? author,
    story: body.prompt_cache_key ?? randomUUID(),
  };
}

function samplingOf(body: SharedBody): SamplingOptions {
  const seed = body.seed ?? -1;
  const stop = body.stop ?? [];
  return {
    maxTokens: body.max_tokens ?? defaultSampling.maxTokens,
    temperature: body.temperature ?? defaultSampling.temperature,
    topK: body.top_k ?? defaultSampling.topK,
    topP: body.top_p ?? defaultSampling.topP,
    minP: body.min_p ?? defaultSampling.minP,
    seed: seed < 0 ? randomInt(0xffffffff) : seed,
    stop: typeof stop === 'string' ? [stop] : stop,
  };
}
