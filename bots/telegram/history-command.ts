import type { InlineKeyboardMarkup } from 'grammy/types';
import { callbackData } from './buttons.ts';
import type { Request } from './context.ts';
import { inertEntities } from './inert.ts';
import { showOutcome } from './outcome.ts';
import type { CommandHandler } from './story-commands.ts';

const pageSize = 10;
const excerptLength = 120;

/** The stories of the place, and a button to older ones. */
export const history: CommandHandler = (request) => showHistory(request);

export async function showHistory(request: Request, before?: Date): Promise<void> {
  const { texts, from } = request;
  const page = before === undefined ? {} : { before };
  const outcome = await request.handle({ kind: 'history', limit: pageSize, ...page });
  if (outcome.kind !== 'history') return showOutcome(request, outcome);
  const { none, title, parts, older } = texts.telegram.history;
  if (outcome.stories.length === 0) return request.say(none);
  const date = new Intl.DateTimeFormat(from.locale === 'ru' ? 'ru' : 'en', { dateStyle: 'medium' });
  const stories = outcome.stories.map((story) => {
    const excerpt = oneLine(story.excerpt);
    return `${story.title}\n${date.format(story.updatedAt)}, ${parts(story.turns)}${excerpt && `\n${excerpt}`}`;
  });
  const text = [title, ...stories].join('\n\n');
  const last = outcome.stories.at(-1);
  const isFull = outcome.stories.length === pageSize && last !== undefined;
  request.say(text, isFull ? olderButton(older, last.updatedAt) : undefined, inertEntities(text));
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const characters = [...line];
  return characters.length <= excerptLength ? line : `${characters.slice(0, excerptLength).join('')}…`;
}

function olderButton(label: string, before: Date): InlineKeyboardMarkup {
  return {
    inline_keyboard: [[{ text: label, callback_data: callbackData('older', `${before.getTime()}`) }]],
  };
}
