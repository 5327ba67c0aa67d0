import type { ChatMessage, ModelInfo, Prompt } from '../generation/generator.ts';
import { certainSurplus } from '../generation/surplus.ts';
import type { Turn } from './story.ts';

/** What prompt building reads of a turn. */
export type PromptTurn = Pick<Turn, 'prompt' | 'text' | 'endReason'>;

const systemMessage =
  'You are a storyteller. Write the story that is asked for, or go on from where it stands, in the language of the person who asks. Write only the story itself.';
const continueMessage = 'Write on.';

/**
 * The prompt for the last turn of `path`, which may have text already (then it is gone on with).
 * The same turns give the same bytes, and a further turn only adds to them, so that the service can keep what it has
 * read; text that is far more than the model can take in is dropped from the front in large steps.
 */
export function buildPrompt(path: PromptTurn[], model: Pick<ModelInfo, 'chat' | 'contextLength'>): Prompt {
  return model.chat
    ? { kind: 'chat', messages: buildMessages(path, model.contextLength) }
    : { kind: 'text', text: dropOldest(joinTurns(path), model.contextLength) };
}

/** The story as one text, the way a plain story model reads it. */
export function joinTurns(path: PromptTurn[]): string {
  const joints = jointsOf(path);
  return path
    .map(({ prompt, text }, at) => `${joints[at]?.before}${prompt}${joints[at]?.between}${text}`)
    .join('');
}

/** What joins the turns of a story to one text: white space `before` a turn, and `between` its prompt and its text. */
export function jointsOf(path: PromptTurn[]): { before: string; between: string }[] {
  let story = '';
  return path.map((turn, at) => {
    const before = separator(story, path[at - 1], turn.prompt);
    const between = turn.prompt && wantsBreakAfter(turn.prompt, at === 0) ? '\n\n' : '';
    // All but the last character is of no account.
    story = (story + before + turn.prompt + between + turn.text).slice(-1);
    return { before, between };
  });
}

function separator(story: string, previous: PromptTurn | undefined, prompt: string): string {
  if (story === '' || /\s$/.test(story)) return '';
  if (previous?.endReason === 'stop') return '\n\n';
  return prompt === '' || /^[,.;:!?)\]]/.test(prompt) ? '' : ' ';
}

const requestWords =
  /^(please\b|tell\b|write\b|make up\b|invent\b|compose\b|create\b|give me\b|can you\b|could you\b|would you\b|i want\b|i'd like\b|i would like\b|let's\b|a (short |little |new )?(story|tale)\b|(story|tale) (about|of)\b|расскажи|напиши|придумай|сочини)/i;

/**
 * True for a request ("Tell me about a pirate cat") or, at a story's opening, for a bare phrase ("a pirate cat"), as
 * opposed to the beginning of a sentence: a plain story model would lengthen its last word, unless two line breaks say
 * that it is over.
 */
export function wantsBreakAfter(prompt: string, isOpening: boolean): boolean {
  if (/[,;:—–-]$/.test(prompt)) return false;
  if (requestWords.test(prompt) || /\?$/.test(prompt)) return true;
  const isBarePhrase =
    /^\p{Ll}/u.test(prompt) && !/[.!…"”»]$/.test(prompt) && prompt.split(/\s+/).length <= 6;
  return isOpening && isBarePhrase;
}

function dropOldest(text: string, contextLength: number): string {
  const dropped = certainSurplus(text.length, contextLength);
  if (dropped === 0) return text;
  // At a word, and so never inside a character.
  const rest = text.slice(dropped);
  return rest.slice(Math.max(0, rest.search(/\s/)));
}

function buildMessages(path: PromptTurn[], contextLength: number): ChatMessage[] {
  const messages: ChatMessage[] = path.flatMap((turn): ChatMessage[] => [
    { role: 'user', content: turn.prompt || continueMessage },
    ...(turn.text ? [{ role: 'assistant' as const, content: turn.text }] : []),
  ]);
  const length = messages.reduce((sum, { content }) => sum + content.length, 0);
  let left = certainSurplus(length, contextLength);
  let first = 0;
  // The last question and what is being answered always stay, and an answer goes with its question.
  const stays = messages.length - 2;
  for (; first < stays && left > 0; first++) left -= messages[first]?.content.length ?? 0;
  if (messages[first]?.role === 'assistant') first += first < stays ? 1 : -1;
  return [{ role: 'system', content: systemMessage }, ...messages.slice(first)];
}
