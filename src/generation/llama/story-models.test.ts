import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../ops/clock.ts';
import { bundledModelPath, packageRoot } from '../../ops/paths.ts';
import { requestFor, write } from '../generator.contract.ts';
import { LlamaGenerator } from './llama-generator.ts';

const shared = join(packageRoot, '../shared/models');
const [f16, official] = ['stories260K-f16.gguf', 'stories260K-official-f32.gguf'].map((name) =>
  join(shared, name),
);
const missing = (path: string | undefined) => !path || !existsSync(path);

let generator: LlamaGenerator | undefined;
afterEach(() => generator?.close());

async function open(modelPath: string | undefined, parallel = 2): Promise<LlamaGenerator> {
  generator = await LlamaGenerator.open({
    modelPath: modelPath ?? '',
    parallel,
    threads: 1,
    queue: 20,
    clock: systemClock,
    logger: pino({ level: 'silent' }),
  });
  return generator;
}

describe('llama2.c story models', () => {
  it.skipIf(missing(official))(
    'end at BOS, whatever EOS is said to be (skipped without ../shared/models)',
    async () => {
      const model = await open(official);
      const ends = [];
      for (let seed = 0; seed < 12; seed++) {
        const prompt = 'Lily smiled and said thank you. They all lived happily ever after. The end.';
        const { text, end } = await write(model, requestFor(prompt, { seed, temperature: 0.5 }));
        ends.push(end.reason);
        expect(text).not.toContain('<s>');
        if (end.reason === 'stop') expect(text).not.toMatch(/Once upon a time/);
      }
      expect(ends).toContain('stop');
    },
  );

  it.skipIf(missing(f16))(
    'go on from a prompt as they were trained (skipped without ../shared/models)',
    async () => {
      const model = await open(f16);
      const { text, end } = await write(model, requestFor('Once upon a time', { topK: 1, maxTokens: 40 }));
      expect(text).toMatch(/^, there was a little girl named Lily/);
      expect(end.usage.promptTokens).toBe(5);
    },
  );
});

describe('a story that goes on', () => {
  it('is read from where the cache ends', async () => {
    const model = await open(bundledModelPath);
    const request = requestFor('Once upon a time', { maxTokens: 60 });
    const first = await write(model, request);
    const story = `Once upon a time${first.text}`;
    await write(model, requestFor('Another tale in between'));
    const next = await write(model, { ...request, prompt: { kind: 'text', text: `${story} Then` } });
    const { promptTokens, cachedTokens = 0 } = next.end.usage;
    expect(promptTokens - cachedTokens).toBeLessThanOrEqual(4);
  });

  it('keeps most of its cache when its oldest text is dropped now and then', async () => {
    const model = await open(bundledModelPath, 1);
    const request = requestFor('');
    let text = 'Once upon a time there was a cat. ';
    const read: number[] = [];
    for (let turn = 0; turn < 30; turn++) {
      text += 'The cat went on and on, and met a friend. ';
      const { end } = await write(model, {
        ...request,
        prompt: { kind: 'text', text },
        options: { ...request.options, maxTokens: 200 },
      });
      read.push(end.usage.promptTokens - (end.usage.cachedTokens ?? 0));
    }
    const rereads = read.filter((tokens) => tokens > 60).length;
    expect(rereads).toBeGreaterThan(0);
    expect(rereads).toBeLessThanOrEqual(4);
  });
});
