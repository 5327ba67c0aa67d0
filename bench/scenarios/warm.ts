import { pino } from 'pino';
import type { GenerationRequest, TextGenerator } from '../../src/generation/generator.ts';
import { createRemoteGenerator } from '../../src/generation/remote/remote-generator.ts';
import { systemClock } from '../../src/ops/clock.ts';
import type { BenchOptions, Findings, Scenario } from '../scenario.ts';
import { median } from '../statistics.ts';
import { startService } from '../targets/service.ts';
import { sampling } from '../targets/target.ts';

/** How much sooner a story goes on when its beginning is still in the cache. */
export const warm: Scenario = {
  name: 'warm',
  about: 'first token of "continue": cold ÷ warm, by the length of the story',
  byDefault: true,
  run,
};

/** Tokens of story before the turn. */
const lengths = [100, 400, 900];
const writing = 16;

async function run(options: BenchOptions): Promise<Findings> {
  const service = await startService(options, 4);
  const { url, apiKey } = service;
  const logger = pino({ level: 'silent' });
  const generator = createRemoteGenerator({ url, apiKey, clock: systemClock, logger });
  const rows: (string | number)[][] = [];
  try {
    const { contextLength } = await generator.describe();
    for (const length of lengths.filter((each) => each + 4 * writing < contextLength)) {
      const times = { cold: [] as number[], warm: [] as number[] };
      let tokens = 0;
      for (let round = 0; round < options.rounds + 2; round++) {
        const story = `Story ${round} of ${length}. ${'The fox went on into the wood and saw a light. '.repeat(200)}`;
        const text = story.slice(0, Math.floor(length * charactersPerToken));
        const cold = await firstToken(generator, requestFor(text, `${length}-${round}`));
        const again = await firstToken(generator, requestFor(`${text} And then`, `${length}-${round}`));
        tokens = cold.promptTokens;
        times.cold.push(cold.ms);
        times.warm.push(again.ms);
      }
      const [cold, warmMs] = [median(times.cold), median(times.warm)];
      rows.push([tokens, cold.toFixed(1), warmMs.toFixed(1), (cold / warmMs).toFixed(1)]);
    }
  } finally {
    await service.stop();
  }
  const columns = ['tokens of story', 'cold ms', 'warm ms', 'cold ÷ warm'];
  return { tables: [{ title: 'First token of "continue", at the client', columns, rows }] };
}

/** Of these sentences, in the tokenizers of the small models. */
const charactersPerToken = 3.4;

function requestFor(text: string, story: string): GenerationRequest {
  const options = { ...sampling, maxTokens: writing, seed: 1, stop: [] };
  return { prompt: { kind: 'text', text }, options, author: 'reader', channel: 'one', story };
}

async function firstToken(generator: TextGenerator, request: GenerationRequest) {
  const started = performance.now();
  let ms = Number.NaN;
  let promptTokens = 0;
  for await (const event of generator.generate(request, new AbortController().signal)) {
    if (event.type === 'text' && Number.isNaN(ms)) ms = performance.now() - started;
    if (event.type === 'end') promptTokens = event.usage.promptTokens;
  }
  return { ms, promptTokens };
}
