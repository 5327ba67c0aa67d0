import { z } from 'zod';
import { BadRequest } from '../generator.ts';
import { samplingRanges } from '../options.ts';

const longestStop = 256;
const mostStops = 16;

const stop = z.union([z.string().max(longestStop), z.array(z.string().max(longestStop)).max(mostStops)]);

/** The fields that completions and chat completions share; null counts as unset, as OpenAI's clients send it. */
const shared = {
  model: z.string().nullish(),
  max_tokens: z
    .int()
    .min(1)
    .max(samplingRanges.maxTokens.max)
    .nullish()
    .describe(`Tokens to write at most; ${samplingRanges.maxTokens.default} by default`),
  temperature: z.number().min(0).max(2).nullish().describe('0 always takes the likeliest token'),
  top_k: z.int().min(0).max(1_000).nullish().describe('0: no limit'),
  top_p: z.number().min(0).max(1).nullish(),
  min_p: z.number().min(0).max(1).nullish(),
  seed: z.int().min(-1).max(0xffffffff).nullish().describe('-1 or unset: a random one'),
  stop: stop.nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  n: z.literal(1, 'Only one choice can be made').nullish(),
  logprobs: z.literal([false, 0], 'Log probabilities are not given').nullish(),
  user: z.string().max(512).nullish().describe('Whose request it is: the queue goes round between users'),
  prompt_cache_key: z.string().max(512).nullish().describe('The text that grows from request to request'),
  return_progress: z.boolean().nullish().describe("Tells the place in the queue and the prompt's reading"),
};

export const completionSchema = z.object({
  ...shared,
  prompt: z
    .union([z.string(), z.tuple([z.string()])])
    .describe('The text to continue')
    .meta({ examples: ['Once upon a time'] }),
  echo: z.literal(false, 'The prompt is not given back').nullish(),
  best_of: z.literal(1, 'Only one choice can be made').nullish(),
  suffix: z.literal('', 'Nothing can be written before a suffix').nullish(),
});

const textParts = z.array(z.object({ type: z.literal('text'), text: z.string() }));

export const chatSchema = z.object({
  ...shared,
  max_completion_tokens: shared.max_tokens,
  messages: z
    .array(
      z.object({
        role: z.enum(['system', 'developer', 'user', 'assistant']),
        content: z.union([z.string(), textParts]),
      }),
    )
    .min(1)
    .describe('A last message of the assistant is continued'),
});

/** llama.cpp's own words. */
export const llamaSchema = z.object({
  prompt: z
    .string()
    .describe('The text to continue')
    .meta({ examples: ['Once upon a time'] }),
  n_predict: z
    .int()
    .min(-1)
    .max(samplingRanges.maxTokens.max)
    .nullish()
    .describe(`Tokens to write at most; ${samplingRanges.maxTokens.default} by default, -1: no limit`),
  temperature: shared.temperature,
  top_k: shared.top_k,
  top_p: shared.top_p,
  min_p: shared.min_p,
  seed: shared.seed,
  stop: shared.stop,
  stream: shared.stream,
  user: shared.user,
  prompt_cache_key: shared.prompt_cache_key,
  return_progress: shared.return_progress,
  cache_prompt: z.boolean().nullish().describe('Always so here'),
});

/** Characters. Many texts take time that grows with the square of their length, and all other texts wait meanwhile. */
const longestCounted = 262_144;

export const tokenizeSchema = z.object({
  content: z.string().max(longestCounted),
  add_special: z.boolean().nullish().describe('With the token that a text begins with'),
});

export type LlamaBody = z.infer<typeof llamaSchema>;
export type CompletionBody = z.infer<typeof completionSchema>;
export type ChatBody = z.infer<typeof chatSchema>;

/** @throws {BadRequest} that names the first field that is wrong */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.join('.') || 'body';
  throw new BadRequest(field, `${field}: ${issue?.message ?? 'is wrong'}`);
}

/** A schema as OpenAPI shows it. */
export function documented(schema: z.ZodType): object {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return json;
}
