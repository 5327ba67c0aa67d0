import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../ops/clock.ts';
import { bundledModelPath } from '../../ops/paths.ts';
import type { ChatMessage } from '../generator.ts';
import { mostCharactersPerToken } from '../surplus.ts';
import type { ChatFormat } from './chat-format.ts';
import { LlamaGenerator } from './llama-generator.ts';
import { preparePrompt } from './prompt.ts';
import type { ModelVocabulary } from './vocabulary.ts';

const contextLength = 512;
let generator: LlamaGenerator;
beforeAll(async () => {
  generator = await LlamaGenerator.open({
    modelPath: bundledModelPath,
    parallel: 1,
    threads: 1,
    queue: 1,
    clock: systemClock,
    logger: pino({ level: 'silent' }),
  });
});
afterAll(() => generator.close());

/** Prepares prompts, and counts what that costs. */
function reader() {
  const cost = { characters: 0, formats: 0 };
  const { vocabulary: real } = generator;
  const vocabulary: ModelVocabulary = Object.assign(Object.create(real), {
    tokenize(text: string) {
      cost.characters += text.length;
      return real.tokenize(text);
    },
  });
  const chat: ChatFormat = {
    format(messages) {
      cost.formats++;
      const text = messages.map(({ role, content }) => `[${role}] ${content}\n`).join('');
      return { tokens: vocabulary.tokenize(text), stop: [], endTokens: new Set() };
    },
  };
  return {
    cost,
    readers: {
      text: { vocabulary, chat: undefined, contextLength },
      chat: { vocabulary, chat, contextLength },
    },
  };
}

const sentence = 'The fox went on into the wood and saw a light. ';
const chatOf = (turns: number): ChatMessage[] => {
  const messages: ChatMessage[] = [{ role: 'system', content: 'You tell tales.' }];
  for (let turn = 0; turn < turns; turn++)
    messages.push({ role: 'user', content: `Part ${turn};` }, { role: 'assistant', content: sentence });
  return [...messages, { role: 'user', content: 'And the end' }];
};

describe('a prompt that is far too long', () => {
  it('is not turned into tokens as a whole', () => {
    const { cost, readers } = reader();
    const text = '😀'.repeat(50_000);
    const { tokens } = preparePrompt(readers.text, { kind: 'text', text }, 128);
    expect(tokens.length).toBeGreaterThan(contextLength / 4);
    expect(cost.characters).toBeLessThanOrEqual(contextLength * mostCharactersPerToken);
    const messages: ChatMessage[] = [{ role: 'user', content: text }];
    preparePrompt(readers.chat, { kind: 'chat', messages }, 128);
    expect(cost.characters).toBeLessThan(text.length);
  });

  it('of messages that may not be left out is refused', () => {
    const { cost, readers } = reader();
    const messages = Array.from({ length: 400 }, (): ChatMessage => ({ role: 'system', content: sentence }));
    const prepare = () => preparePrompt(readers.chat, { kind: 'chat', messages }, 128);
    expect(prepare).toThrow(/longer than the context/);
    expect(cost.formats).toBeLessThan(20);
  });

  it('of many messages is formatted a few times, and not once for each', () => {
    const { cost, readers } = reader();
    const { tokens } = preparePrompt(readers.chat, { kind: 'chat', messages: chatOf(500) }, 128);
    expect(tokens.length).toBeLessThanOrEqual(contextLength - 128);
    expect(tokens.length).toBeGreaterThan(contextLength / 4);
    expect(cost.formats).toBeLessThan(6);
  });
});

it('begins a chat at the same place while it grows, so that it stays in the cache', () => {
  const { readers } = reader();
  const starts = Array.from({ length: 24 }, (_, more) => {
    const { tokens } = preparePrompt(readers.chat, { kind: 'chat', messages: chatOf(40 + more) }, 128);
    return /Part (\d+);/.exec(generator.vocabulary.detokenize(tokens))?.[1];
  });
  expect(new Set(starts).size).toBeLessThan(8);
});
