import type { Prompt } from '../generator.ts';
import { mostCharactersPerToken } from '../surplus.ts';

/**
 * Leaves out the oldest text in steps of about a quarter of the context (a token has about four characters), or the
 * oldest question with its answer: chat templates may refuse to begin with an answer. The steps are counted from where
 * the text begins, so that while a story grows what is left of it begins at the same place. Gives nothing when there is
 * nothing left to leave out.
 */
export function shortened(prompt: Prompt, contextLength: number): Prompt | undefined {
  if (prompt.kind === 'text') {
    const text = cut(prompt.text, contextLength);
    return text === '' ? undefined : { kind: 'text', text };
  }
  const { messages } = prompt;
  const oldest = messages.findIndex(({ role }) => role !== 'system');
  const next = messages.findIndex(({ role }, at) => at > oldest && role === 'user');
  if (next > oldest)
    return { kind: 'chat', messages: messages.filter(({ role }, at) => role === 'system' || at >= next) };
  const longest = messages.reduce((a, b) => (b.content.length > a.content.length ? b : a));
  const content = cut(longest.content, contextLength);
  if (content === '') return undefined;
  return { kind: 'chat', messages: messages.map((each) => (each === longest ? { ...each, content } : each)) };
}

function cut(text: string, step: number): string {
  const surplus = text.length - step * mostCharactersPerToken;
  const at = Math.max(1, Math.ceil(surplus / step)) * step;
  return at >= text.length ? '' : text.slice(atCharacter(text, at));
}

/** Never between the two halves of a character. */
function atCharacter(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code >= 0xdc00 && code <= 0xdfff ? index + 1 : index;
}
