import type { ModelInfo, TextGenerator, Timings } from '../generation/generator.ts';
import { BadRequest, GeneratorBusy } from '../generation/generator.ts';
import type { Clock } from '../ops/clock.ts';
import type { Logger } from '../ops/logger.ts';
import type { Catalogue } from '../texts/catalogue.ts';
import { leadInFor } from './lead-in.ts';
import { buildPrompt } from './prompt.ts';
import type { Turn } from './story.ts';

/** What has been written of a turn, by this process and those before it. */
export interface Draft {
  text: string;
  completionTokens: number;
  promptTokens: number | null;
  model?: string;
}

export interface WriteTools {
  generator: TextGenerator;
  clock: Clock;
  logger: Logger;
  texts: Catalogue;
  /** Told of every change of the draft, and of what a person should know while there is nothing new to read. */
  onProgress(note: string | undefined): void;
}

/** How writing came to its end. `reason` is `stop`, `length` or `abort`, or for a failed turn a key of the catalogue. */
export interface Ending {
  state: 'finished' | 'stopped' | 'failed';
  reason: string;
  timings?: Timings;
}

/** How long a turn waits for a generator that can't be reached, without a word of text in between. */
const patienceMs = 10 * 60_000;
const longestPauseMs = 10_000;

/**
 * Writes `draft` on until the turn is complete, going on from where it stands after every trouble of the generator.
 * Ends as `stopped` with reason `abort` once `signal` aborts.
 */
export async function writeDraft(
  draft: Draft,
  turn: Turn,
  path: Turn[],
  tools: WriteTools,
  signal: AbortSignal,
): Promise<Ending> {
  const { clock, texts, onProgress } = tools;
  let lastProgress = clock.now();
  for (let troubles = 0; !signal.aborted; troubles++) {
    const tokensBefore = draft.completionTokens;
    let pauseMs = Math.min(longestPauseMs, 250 * 2 ** troubles);
    try {
      return await writeOnce(draft, turn, path, tools, signal);
    } catch (error) {
      if (signal.aborted) break;
      if (error instanceof BadRequest) {
        tools.logger.error({ error, turn: turn.id }, 'the generator can’t serve this turn');
        return { state: 'failed', reason: 'badRequest' };
      }
      if (draft.completionTokens > tokensBefore) {
        lastProgress = clock.now();
        troubles = 0;
      }
      if (error instanceof GeneratorBusy) pauseMs = error.retryAfterMs;
      else if (clock.now() - lastProgress > patienceMs) return { state: 'failed', reason: 'noModel' };
      const { message } = error as Error;
      tools.logger.warn(
        { error: message, turn: turn.id },
        'the generator can’t be had just now; trying again',
      );
    }
    onProgress(texts.notes.waitingForGenerator);
    await clock.sleep(pauseMs, signal);
  }
  return { state: 'stopped', reason: 'abort' };
}

async function writeOnce(
  draft: Draft,
  turn: Turn,
  path: Turn[],
  { generator, texts, onProgress }: WriteTools,
  signal: AbortSignal,
): Promise<Ending> {
  const model: ModelInfo = await generator.describe();
  draft.model = model.name;
  if (draft.text === '') draft.text = firstWords(turn, path, model);
  const maxTokens = turn.options.maxTokens - draft.completionTokens;
  if (maxTokens <= 0) return { state: 'finished', reason: 'length' };
  const request = {
    prompt: buildPrompt([...path.slice(0, -1), { ...turn, text: draft.text }], model),
    options: { ...turn.options, maxTokens },
    author: turn.authorId,
    channel: turn.channelId,
    story: turn.storyId,
  };
  for await (const event of generator.generate(request, signal)) {
    switch (event.type) {
      case 'queued':
        onProgress(texts.notes.queued(event.position, event.etaSeconds));
        break;
      case 'reading':
        onProgress(
          event.total > 0 ? texts.notes.reading(Math.floor((100 * event.done) / event.total)) : undefined,
        );
        break;
      case 'text':
        // PostgreSQL's text has no NUL, and nobody can read one.
        draft.text += event.text.replaceAll('\0', '');
        draft.completionTokens += event.tokens;
        onProgress(undefined);
        break;
      case 'end':
        draft.promptTokens ??= event.usage.promptTokens;
        return {
          state: event.reason === 'abort' ? 'stopped' : 'finished',
          reason: event.reason,
          timings: event.timings,
        };
    }
  }
  throw new Error('The generator’s stream ended without its end');
}

/** What a turn's text begins with of our own: after a tale's end, with nothing said of how it goes on. */
function firstWords(turn: Turn, path: Turn[], model: ModelInfo): string {
  const previous = path.at(-2);
  if (model.chat || turn.prompt !== '' || previous?.endReason !== 'stop') return '';
  return leadInFor(previous.text, turn.options.seed);
}
