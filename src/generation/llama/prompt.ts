import type { ChatMessage, Prompt } from '../generator.ts';
import { BadRequest } from '../generator.ts';
import type { ChatFormat } from './chat-format.ts';
import { promptBudget, tokensToDrop } from './fit.ts';
import type { ModelVocabulary } from './vocabulary.ts';

/** A prompt as the model reads it. */
export interface PreparedPrompt {
  /** At least one. */
  tokens: number[];
  /** Strings that end the text besides those asked for. */
  stop: string[];
  /** Tokens that end the text besides the model's own. */
  endTokens: ReadonlySet<number>;
}

interface Reader {
  vocabulary: ModelVocabulary;
  chat: ChatFormat | undefined;
  contextLength: number;
}

/**
 * Turns a prompt into tokens. The oldest text is left out where prompt and `maxTokens` outgrow the context.
 * @throws {BadRequest} when nothing is there to continue
 */
export function preparePrompt(reader: Reader, prompt: Prompt, maxTokens: number): PreparedPrompt {
  if (prompt.kind === 'chat' && prompt.messages.length === 0)
    throw new BadRequest('messages', 'There are no messages');
  if (prompt.kind === 'chat' && reader.chat)
    return prepareChat(reader, reader.chat, prompt.messages, maxTokens);
  const text = prompt.kind === 'text' ? prompt.text : asPlainText(prompt.messages);
  const { vocabulary, contextLength } = reader;
  const start = vocabulary.beginning;
  const tokens = vocabulary.tokenize(text);
  if (start.length + tokens.length === 0)
    throw new BadRequest('prompt', 'The prompt is empty, and this model needs a beginning');
  const drop = tokensToDrop(
    start.length + tokens.length,
    promptBudget(contextLength, maxTokens),
    contextLength,
  );
  const kept = drop === 0 ? tokens : tokens.slice(atWord(vocabulary, tokens, drop));
  return { tokens: [...start, ...kept], stop: [], endTokens: new Set() };
}

/** A plain story model reads messages as one text. */
function asPlainText(messages: readonly ChatMessage[]): string {
  return messages
    .map((message) => message.content)
    .filter((content) => content !== '')
    .join('\n\n');
}

const furthestWord = 16;

/** The first token from `index` on that begins a word, if there is one near. */
function atWord(vocabulary: ModelVocabulary, tokens: readonly number[], index: number): number {
  for (let at = index; at < Math.min(index + furthestWord, tokens.length - 1); at++)
    if (/^\s/.test(vocabulary.pieces.textOf(tokens[at] ?? 0))) return at;
  return index;
}

/** Leaves out the oldest messages, but never the system's nor the last; then the beginning of the longest. */
function prepareChat(
  reader: Reader,
  chat: ChatFormat,
  messages: readonly ChatMessage[],
  maxTokens: number,
): PreparedPrompt {
  const budget = promptBudget(reader.contextLength, maxTokens);
  let kept = [...messages];
  let formatted = chat.format(kept);
  let toDrop = tokensToDrop(formatted.tokens.length, budget, reader.contextLength);
  while (toDrop > 0) {
    const before = formatted.tokens.length;
    kept = withoutOldest(reader.vocabulary, kept, toDrop);
    formatted = chat.format(kept);
    const dropped = before - formatted.tokens.length;
    if (dropped <= 0)
      throw new BadRequest('messages', 'The messages are longer than the context of the model');
    toDrop =
      formatted.tokens.length <= budget ? 0 : Math.max(toDrop - dropped, formatted.tokens.length - budget);
  }
  return formatted;
}

function withoutOldest(vocabulary: ModelVocabulary, messages: ChatMessage[], tokens: number): ChatMessage[] {
  const oldest = messages.findIndex((message) => message.role !== 'system');
  if (oldest >= 0 && oldest < messages.length - 1) return messages.filter((_, index) => index !== oldest);
  const longest = messages.reduce((a, b) => (b.content.length > a.content.length ? b : a));
  const read = vocabulary.tokenize(longest.content);
  const rest = read.slice(atWord(vocabulary, read, Math.min(tokens, read.length)));
  return messages.map((each) =>
    each === longest ? { ...each, content: vocabulary.pieces.join(rest) } : each,
  );
}
