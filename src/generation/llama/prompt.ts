import type { ChatMessage, Prompt } from '../generator.ts';
import { BadRequest } from '../generator.ts';
import { certainSurplus, mostCharactersPerToken } from '../surplus.ts';
import type { ChatFormat } from './chat-format.ts';
import { promptBudget, tokensToDrop } from './fit.ts';
import { withoutOldest } from './oldest-messages.ts';
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
  const { vocabulary, contextLength } = reader;
  const text = newest(prompt.kind === 'text' ? prompt.text : asPlainText(prompt.messages), contextLength);
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

/** The end of a text, without what the context certainly has no room for: turning it into tokens takes long. */
function newest(text: string, contextLength: number): string {
  const rest = text.slice(certainSurplus(text.length, contextLength));
  return rest.length < text.length ? rest.replace(/^[\uDC00-\uDFFF]/, '') : text;
}

const furthestWord = 16;

/** The first token from `index` on that begins a word, if there is one near. */
function atWord(vocabulary: ModelVocabulary, tokens: readonly number[], index: number): number {
  for (let at = index; at < Math.min(index + furthestWord, tokens.length - 1); at++)
    if (/^\s/.test(vocabulary.pieces.textOf(tokens[at] ?? 0))) return at;
  return index;
}

/** Leaves out the oldest messages, but never the system's nor the last question; then the beginning of the longest. */
function prepareChat(
  reader: Reader,
  chat: ChatFormat,
  messages: readonly ChatMessage[],
  maxTokens: number,
): PreparedPrompt {
  const { vocabulary, contextLength } = reader;
  const budget = promptBudget(contextLength, maxTokens);
  let kept = messages.map((each) => ({ ...each, content: newest(each.content, contextLength) }));
  // A message takes a token at least.
  const characters = kept.map(({ content }) => content.length + mostCharactersPerToken);
  const surplus = certainSurplus(sum(characters), contextLength);
  kept = withoutOldest(kept, characters, surplus);
  const tooLong = new BadRequest('messages', 'The messages are longer than the context of the model');
  // What may not be left out is cut, but not without end.
  if (certainSurplus(sum(kept.map(({ content }) => content.length)), 4 * contextLength) > 0) throw tooLong;
  let formatted = chat.format(kept);
  let toDrop = tokensToDrop(formatted.tokens.length, budget, contextLength);
  for (let round = 1; toDrop > 0; round++) {
    const before = formatted.tokens.length;
    const contents = kept.map(({ content }) => vocabulary.tokenize(content).length);
    const around = (before - sum(contents)) / kept.length;
    const fewer = withoutOldest(
      kept,
      contents.map((length) => length + around),
      toDrop,
    );
    kept = fewer.length < kept.length ? fewer : withoutBeginning(vocabulary, kept, toDrop);
    formatted = chat.format(kept);
    if (formatted.tokens.length >= before || round > mostRounds) throw tooLong;
    toDrop = Math.max(0, formatted.tokens.length - budget);
  }
  return formatted;
}

function withoutBeginning(
  vocabulary: ModelVocabulary,
  messages: readonly ChatMessage[],
  tokens: number,
): ChatMessage[] {
  const longest = messages.reduce((a, b) => (b.content.length > a.content.length ? b : a));
  const read = vocabulary.tokenize(longest.content);
  const rest = read.slice(atWord(vocabulary, read, Math.min(tokens, read.length)));
  return messages.map((each) =>
    each === longest ? { ...each, content: vocabulary.pieces.join(rest) } : each,
  );
}

/** The oldest, those of them that turned out longer than thought, and then the beginnings of the longest. */
const mostRounds = 16;

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
