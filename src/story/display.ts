import { wantsBreakAfter } from './prompt.ts';
import type { Turn } from './story.ts';

/**
 * What a person reads of a turn: the text as stored, without white space around it. Where the platform does not show
 * what was asked (`withPrompt`), the prompt comes first, and the text goes on from it.
 */
export function displayText(turn: Pick<Turn, 'prompt' | 'text' | 'parentId'>, withPrompt: boolean): string {
  if (!withPrompt || turn.prompt === '') return turn.text.trim();
  const isBreak = wantsBreakAfter(turn.prompt, turn.parentId === null) || /^\p{Lu}/u.test(turn.text);
  return `${turn.prompt}${isBreak && turn.text ? '\n\n' : ''}${turn.text}`.trim();
}

/** Adapters ask for the prompt in front of the text by `showPrompt: true` in the reply address's data. */
export function showsPrompt({ replyAddress: { data } }: Pick<Turn, 'replyAddress'>): boolean {
  return typeof data === 'object' && data !== null && !Array.isArray(data) && data.showPrompt === true;
}
