import { z } from 'zod';
import type { GenerationEvent } from '../generator.ts';

/** What is told beside the text: a service that tells it in its own way loses no text by that. */
const told = <T extends z.ZodType>(schema: T) => schema.nullish().catch(undefined);

const chunkSchema = z.object({
  choices: z
    .array(
      z.object({
        text: z.string().nullish(),
        delta: z.object({ content: z.string().nullish() }).nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  tokens: told(z.int()),
  queue: told(z.object({ position: z.int(), eta_seconds: z.number().nullish() })),
  prompt_progress: told(z.object({ processed: z.int(), total: z.int() })),
  usage: told(
    z.object({
      prompt_tokens: z.int(),
      completion_tokens: z.int(),
      prompt_tokens_details: z.object({ cached_tokens: z.int().nullish() }).nullish(),
    }),
  ),
  timings: told(
    z.object({ queued_ms: z.number().nullish(), prompt_ms: z.number(), predicted_ms: z.number() }),
  ),
  error: z.object({ message: z.string() }).nullish(),
});

export type Chunk = z.infer<typeof chunkSchema>;

/** One chunk of a stream; none when it is not to be understood. */
export function parseChunk(data: string): Chunk | undefined {
  try {
    return chunkSchema.parse(JSON.parse(data));
  } catch {
    return undefined;
  }
}

/** What a chunk tells besides the end. */
export function eventsOf(chunk: Chunk): GenerationEvent[] {
  const { queue, prompt_progress: progress } = chunk;
  if (queue) {
    const eta = queue.eta_seconds ?? undefined;
    return [{ type: 'queued', position: queue.position, ...(eta === undefined ? {} : { etaSeconds: eta }) }];
  }
  if (progress) return [{ type: 'reading', done: progress.processed, total: progress.total }];
  const choice = chunk.choices?.[0];
  const text = choice?.text ?? choice?.delta?.content ?? '';
  return text === '' ? [] : [{ type: 'text', text, tokens: chunk.tokens ?? 1 }];
}
