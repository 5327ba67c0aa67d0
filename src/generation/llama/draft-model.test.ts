import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../ops/clock.ts';
import { bundledModelPath, packageRoot } from '../../ops/paths.ts';
import { requestFor, write } from '../generator.contract.ts';
import { ModelFileError } from './gguf.ts';
import { LlamaGenerator } from './llama-generator.ts';

const shared = join(packageRoot, '../shared/models/stories260K-f16.gguf');

const lines: { found?: object }[] = [];
const logger = pino({}, { write: (line) => lines.push(JSON.parse(line)) });
const opened: LlamaGenerator[] = [];

async function open(draft?: string): Promise<LlamaGenerator> {
  const generator = await LlamaGenerator.open({
    modelPath: bundledModelPath,
    draft,
    parallel: 1,
    threads: 1,
    queue: 20,
    clock: systemClock,
    logger,
  });
  opened.push(generator);
  return generator;
}

/** The bundled model guesses for itself, so that nearly all guesses are right; and the same without guesses. */
const both = async (draft = bundledModelPath) => [await open(draft), await open()] as const;

afterEach(async () => {
  await Promise.all(opened.splice(0).map((generator) => generator.close()));
  lines.length = 0;
});

describe.each([
  ['a draft model', bundledModelPath],
  ['a look at the text before', 'lookup'],
])('LlamaGenerator with %s', (_name, draft) => {
  it.each([0, 0.8])('writes the texts that it writes without, at temperature %d', async (temperature) => {
    const [guessing, plain] = await both(draft);
    for (const prompt of ['Once upon a time', 'The old clock', 'Two sisters', 'In the snow,']) {
      const request = requestFor(prompt, { temperature, maxTokens: 100 });
      const [one, other] = [await write(guessing, request), await write(plain, request)];
      expect(one.text).toBe(other.text);
      expect(one.end).toMatchObject({ reason: other.end.reason, usage: other.end.usage });
    }
    expect(lines.filter(({ found }) => found)).not.toHaveLength(0);
  });
});

describe('a text with guesses', () => {
  it('ends before a stop string wherever it stands, and goes on warm from exactly what was read', async () => {
    const prompt = 'Once upon a time';
    const likeliest = { temperature: 0, maxTokens: 24 };
    const whole = await write(await open(), requestFor(prompt, likeliest));
    for (const at of [28, 36, 44]) {
      const request = requestFor(prompt, { ...likeliest, stop: [whole.text.slice(at, at + 6)] });
      const ends = [];
      for (const generator of await both()) {
        const stopped = await write(generator, request);
        const text = `${prompt}${stopped.text} And then`;
        const next = await write(generator, { ...request, prompt: { kind: 'text', text } });
        ends.push({
          text: stopped.text,
          reason: stopped.end.reason,
          usage: stopped.end.usage,
          next: next.text,
          nextUsage: next.end.usage,
        });
      }
      expect(ends[0]).toEqual(ends[1]);
      expect(ends[0]?.text).toBe(whole.text.slice(0, whole.text.indexOf(request.options.stop[0] ?? '')));
      expect(ends[0]?.nextUsage.cachedTokens).toBeGreaterThan(ends[0]?.usage.promptTokens ?? 0);
    }
  });

  it.each([17, 18, 19])('has exactly the %i tokens that were asked for', async (maxTokens) => {
    const generator = await open(bundledModelPath);
    const { end } = await write(generator, requestFor('Once upon a time', { temperature: 0, maxTokens }));
    expect(end).toMatchObject({ reason: 'length', usage: { completionTokens: maxTokens } });
  });

  it('is written to the end of the context', async () => {
    for (const generator of await both()) {
      const tale = 'The cat sat by the river. '.repeat(60);
      const { end } = await write(generator, requestFor(tale, { temperature: 0, maxTokens: 200 }));
      expect(end.usage.promptTokens + end.usage.completionTokens).toBeLessThanOrEqual(512);
    }
  });
});

describe('MODEL_DRAFT', () => {
  it.skipIf(!existsSync(shared))(
    'refuses a model of another vocabulary (skipped without ../shared/models)',
    async () => {
      const refused = open(shared);
      await expect(refused).rejects.toThrow(ModelFileError);
      await expect(refused).rejects.toThrow(
        /^MODEL_DRAFT can't be used: .*stories260K.* another vocabulary .* set MODEL_DRAFT to [^\n]*\.$/,
      );
    },
  );

  it('refuses a file that is no model', async () => {
    await expect(open(import.meta.filename)).rejects.toThrow(
      /^MODEL_DRAFT can't be used: .* is no GGUF file; set MODEL_DRAFT to [^\n]*\.$/,
    );
  });
});
