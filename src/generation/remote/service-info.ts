import type { Dispatcher } from 'undici';
import { z } from 'zod';
import { GeneratorUnavailable, type ModelInfo } from '../generator.ts';
import type { Endpoint } from './endpoint.ts';
import { badKey, Refused } from './failure.ts';

/** What is known of a service: its model, and which words it understands. */
export interface ServiceInfo {
  model: ModelInfo;
  /** `own`: this project's; `llama`: llama.cpp's server; `openai`: any other. */
  kind: 'own' | 'llama' | 'openai';
}

const propsSchema = z.object({
  default_generation_settings: z.object({ n_ctx: z.int().positive() }),
  model_alias: z.string().optional(),
  chat_template: z.string().optional(),
  storyteller: z.object({ chat: z.boolean(), bundled: z.boolean() }).optional(),
});

const modelsSchema = z.object({
  data: z
    .array(z.object({ id: z.string(), max_model_len: z.int().nullish(), context_length: z.int().nullish() }))
    .min(1),
});

/** Assumed where a service does not tell; a prompt that turns out too long is cut then. */
const assumedContext = 4096;

/** A service that tells no chat template is asked for chat when its model's name says that it is made for it. */
const chatName = /instruct|chat|assistant|\bit\b|gpt|claude|hermes/i;

/** @throws {GeneratorUnavailable} when the service can't be asked, or is still loading its model */
export async function askService(endpoint: Endpoint, signal?: AbortSignal): Promise<ServiceInfo> {
  const props = propsSchema.safeParse(await getJson(endpoint, '/props', signal));
  if (props.success && props.data.storyteller) {
    const { default_generation_settings: settings, model_alias, storyteller } = props.data;
    const name = model_alias ?? 'unnamed';
    return { kind: 'own', model: { name, contextLength: settings.n_ctx, ...storyteller } };
  }
  const models = modelsSchema.safeParse(await getJson(endpoint, '/v1/models', signal));
  const listed = models.success ? models.data.data[0] : undefined;
  if (!listed && !props.success)
    throw new Refused(`${endpoint.url} answers, but not like a text service; check GENERATOR_URL.`);
  const name = listed?.id.split('/').at(-1) ?? 'unnamed';
  const told = listed?.max_model_len ?? listed?.context_length ?? assumedContext;
  const contextLength = props.success ? props.data.default_generation_settings.n_ctx : told;
  return {
    kind: props.success ? 'llama' : 'openai',
    model: { name: listed?.id ?? name, contextLength, chat: chatName.test(name), bundled: false },
  };
}

/** Answers that may be another soon, and those of a gateway without a service behind it. */
const passing = new Set([408, 429, 502, 504]);

async function getJson(endpoint: Endpoint, path: string, signal?: AbortSignal): Promise<unknown> {
  let answer: Dispatcher.ResponseData;
  let text: string;
  try {
    answer = await endpoint.get(path, signal);
    text = await answer.body.text();
  } catch {
    throw new GeneratorUnavailable(`The generator at ${endpoint.url} can't be reached.`);
  }
  if (answer.statusCode === 503) throw new GeneratorUnavailable('The generator is loading its model.');
  if (passing.has(answer.statusCode))
    throw new GeneratorUnavailable(`The generator at ${endpoint.url} answered ${answer.statusCode}.`);
  if (answer.statusCode === 401 || answer.statusCode === 403) throw badKey();
  try {
    return answer.statusCode === 200 ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
