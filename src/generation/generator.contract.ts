import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GenerationEvent, GenerationRequest, TextGenerator } from './generator.ts';
import { BadRequest } from './generator.ts';
import { defaultSampling, type SamplingOptions } from './options.ts';

/** A generator to be tested, and how to be rid of it. */
export interface ContractSubject {
  generator: TextGenerator;
  close(): Promise<void>;
}

export interface Written {
  text: string;
  events: GenerationEvent[];
  end: Extract<GenerationEvent, { type: 'end' }>;
}

let requests = 0;

export function requestFor(text: string, options: Partial<SamplingOptions> = {}): GenerationRequest {
  requests++;
  return {
    prompt: { kind: 'text', text },
    options: { ...defaultSampling, seed: 7, stop: [], ...options },
    author: `author-${requests}`,
    channel: `channel-${requests}`,
    story: `story-${requests}`,
  };
}

export async function write(
  generator: TextGenerator,
  request: GenerationRequest,
  signal: AbortSignal = new AbortController().signal,
): Promise<Written> {
  const events: GenerationEvent[] = [];
  for await (const event of generator.generate(request, signal)) events.push(event);
  const end = events.at(-1);
  if (end?.type !== 'end') throw new Error('The text has no end');
  return { text: textOf(events), events, end };
}

export function textOf(events: GenerationEvent[]): string {
  return events.map((event) => (event.type === 'text' ? event.text : '')).join('');
}

/**
 * What every generator must do, with this project's bundled model behind it.
 * @param open makes one with room for at least four stories at once
 */
export function generatorContract(name: string, open: () => Promise<ContractSubject>): void {
  describe(`${name}, as a TextGenerator`, () => {
    let subject: ContractSubject;
    const written = (...[request, signal]: [GenerationRequest, AbortSignal?]) =>
      write(subject.generator, request, signal);
    /**
     * Writes with the prompt already read. llama.cpp rounds differently for batches of different shapes, and one
     * rounding may change a word: only texts that were made in the same way are compared to the letter.
     */
    const rewritten = async (request: GenerationRequest) => {
      await written({ ...request, options: { ...request.options, maxTokens: 16 } });
      return written(request);
    };
    beforeAll(async () => {
      subject = await open();
    });
    afterAll(() => subject.close());

    it('says which model it has', async () => {
      expect(await subject.generator.describe()).toEqual({
        name: 'storyteller-tiny',
        contextLength: 512,
        chat: false,
        bundled: true,
      });
    });

    it('writes a tale that ends by itself, and says how', async () => {
      const { text, events, end } = await written(requestFor('Once upon a time', { temperature: 0.7 }));
      expect(text.length).toBeGreaterThan(200);
      expect(text).toMatch(/^[ ,]/);
      expect(end).toMatchObject({ reason: 'stop', usage: { promptTokens: 6 } });
      const tokens = events.reduce((sum, event) => sum + (event.type === 'text' ? event.tokens : 0), 0);
      expect(end.usage.completionTokens).toBe(tokens);
      expect(events.filter((event) => event.type === 'end')).toHaveLength(1);
      expect(events.filter((event) => event.type === 'reading').at(-1)).toMatchObject({ done: 6, total: 6 });
      expect(end.timings.totalMs).toBeGreaterThan(0);
    });

    it('writes the same text for the same seed, and another for another', async () => {
      const one = await rewritten(requestFor('A dragon', { seed: 11 }));
      const same = await rewritten(requestFor('A dragon', { seed: 11 }));
      const other = await rewritten(requestFor('A dragon', { seed: 12 }));
      expect(same.text).toBe(one.text);
      expect(other.text).not.toBe(one.text);
    });

    it('takes every seed of the range as a fixed one', async () => {
      const highest = { seed: 2 ** 32 - 1, maxTokens: 40 };
      const one = await rewritten(requestFor('A cat', highest));
      const same = await rewritten(requestFor('A cat', highest));
      expect(same.text).toBe(one.text);
    });

    it('keeps several texts apart', async () => {
      const prompts = ['A pirate', 'In the snow,', 'The old clock', 'Two sisters', 'A mouse', 'Far away'];
      const likeliest = { topK: 1, maxTokens: 60 };
      const together = await Promise.all(prompts.map((prompt) => written(requestFor(prompt, likeliest))));
      expect(new Set(together.map(({ text }) => text)).size).toBe(prompts.length);
      for (const [index, prompt] of prompts.entries()) {
        const alone = await written(requestFor(prompt, likeliest));
        expect(together[index]?.text.slice(0, 30)).toBe(alone.text.slice(0, 30));
      }
    });

    it('writes no more tokens than asked for', async () => {
      const { end } = await written(requestFor('Once upon a time', { maxTokens: 16 }));
      expect(end).toMatchObject({ reason: 'length', usage: { completionTokens: 16 } });
    });

    it('ends before a stop string, and shows no part of it', async () => {
      const { text } = await rewritten(requestFor('Once upon a time', { seed: 5 }));
      const stop = text.slice(60, 75);
      const {
        text: stopped,
        end,
        events,
      } = await rewritten(requestFor('Once upon a time', { seed: 5, stop: [stop] }));
      expect(stopped).toBe(text.slice(0, text.indexOf(stop)));
      expect(end.reason).toBe('stop');
      expect(textOf(events)).toBe(stopped);
    });

    it('stops at once when it is told to', async () => {
      const request = requestFor('Once upon a time', { maxTokens: 400, seed: 21 });
      const whole = await rewritten(request);
      const controller = new AbortController();
      const events: GenerationEvent[] = [];
      for await (const event of subject.generator.generate(request, controller.signal)) {
        events.push(event);
        if (textOf(events).length > 40) controller.abort();
      }
      expect(events.at(-1)).toMatchObject({ type: 'end', reason: 'abort' });
      expect(textOf(events).length).toBeLessThan(whole.text.length);
      expect(whole.text.startsWith(textOf(events))).toBe(true);
    });

    it('does not begin what was stopped before', async () => {
      const { end, text } = await written(requestFor('Once upon a time'), AbortSignal.abort());
      expect(text).toBe('');
      expect(end.reason).toBe('abort');
    });

    it('begins a text of its own for an empty prompt', async () => {
      const { text } = await written(requestFor('', { maxTokens: 40 }));
      expect(text.length).toBeGreaterThan(20);
    });

    it('leaves out the oldest text when a story outgrows the context', async () => {
      const tale = 'The cat sat by the river and looked at the moon. '.repeat(100);
      const { text, end } = await written(requestFor(tale, { maxTokens: 100 }));
      expect(text.length).toBeGreaterThan(20);
      expect(end.usage.promptTokens).toBeLessThanOrEqual(412);
      expect(end.usage.promptTokens).toBeGreaterThan(250);
    });

    it('copes with every kind of character, and gives only whole ones', async () => {
      const { text } = await written(
        requestFor('Жили-были 👩‍👩‍👧 и 龍, é e\u0301. "', {
          temperature: 2,
          topK: 100,
          topP: 1,
          minP: 0,
          maxTokens: 300,
        }),
      );
      expect(text).not.toMatch(/\p{Surrogate}/u);
      expect(text).not.toMatch(/\uFFFD$/);
    });

    it('reads messages as one text where the model knows no chat', async () => {
      const { text } = await written({
        ...requestFor('', { maxTokens: 60 }),
        prompt: {
          kind: 'chat',
          messages: [
            { role: 'user', content: 'Tell me about a fox' },
            { role: 'assistant', content: 'Once there was a fox' },
          ],
        },
      });
      expect(text.length).toBeGreaterThan(20);
    });

    it('refuses what it can not serve, naming the field', async () => {
      const request = { ...requestFor(''), prompt: { kind: 'chat' as const, messages: [] } };
      const failure = await written(request).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(BadRequest);
      expect((failure as BadRequest).field).toBe('messages');
    });

    it('lets go of a text that nobody reads any more', async () => {
      for (let index = 0; index < 12; index++)
        for await (const event of subject.generator.generate(
          requestFor('Once upon a time', { maxTokens: 400 }),
          new AbortController().signal,
        ))
          if (event.type === 'text') break;
      const { end } = await written(requestFor('Once upon a time', { maxTokens: 16 }));
      expect(end.usage.completionTokens).toBe(16);
    });
  });
}
