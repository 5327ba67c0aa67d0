import type { Prompt } from '../generator.ts';

/** English has about four characters a token; so many are certainly too long. */
const mostCharactersPerToken = 8;

/**
 * Leaves out the oldest text in steps of about a quarter of the context (a token has about four characters), or the
 * oldest message. The steps are counted from where the text begins, so that while a story grows what is left of it
 * begins at the same place. Gives nothing when there is nothing left to leave out.
 */
export function shortened(prompt: Prompt, contextLength: number): Prompt | undefined {
  if (prompt.kind === 'text') {
    const text = cut(prompt.text, contextLength);
    return text === '' ? undefined : { kind: 'text', text };
  }
  const { messages } = prompt;
  const oldest = messages.findIndex((message) => message.role !== 'system');
  if (oldest >= 0 && oldest < messages.length - 1)
    return { kind: 'chat', messages: messages.filter((_, index) => index !== oldest) };
  const last = messages.at(-1);
  const content = last ? cut(last.content, contextLength) : '';
  if (!last || content === '') return undefined;
  return { kind: 'chat', messages: [...messages.slice(0, -1), { ...last, content }] };
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
