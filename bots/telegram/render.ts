import type { InlineKeyboardMarkup, LinkPreviewOptions, MessageEntity } from 'grammy/types';
import type { ReplyPart, SurfaceLimits } from '../../src/reply/surface.ts';
import { replyKeyboard } from './buttons.ts';
import { inertEntities } from './inert.ts';

/** UTF-16 units that Telegram takes, counted once entities are parsed (core.telegram.org/bots/api#sendmessage). */
export const maxTextLength = 4096;
/** The note under a text and the blank line before it. */
const noteRoom = 200 + 2;
const blank = '…';

export interface Rendered {
  text: string;
  entities: MessageEntity[];
  link_preview_options: LinkPreviewOptions;
  reply_markup?: InlineKeyboardMarkup;
}

export const limitsFor = (minEditIntervalMs: number): SurfaceLimits => ({
  maxLength: maxTextLength - noteRoom,
  minEditIntervalMs,
  measure: (text) => text.length,
});

/**
 * A part as Telegram's fields: plain text with entities, never a parse mode, and no link previews.
 * Telegram's servers take three things out of any text: tabs become spaces; line separators and the marks that
 * override the reading direction (U+2028–U+202E) go; white space at both ends goes. All else is shown as it is.
 */
export function render(part: ReplyPart): Rendered {
  const story = hasInk(part.text) ? part.text : '';
  const gap = story && part.note ? '\n\n' : '';
  const note = part.note ?? '';
  const entities = inertEntities(story);
  if (note) entities.push({ type: 'italic', offset: story.length + gap.length, length: note.length });
  const keyboard = replyKeyboard(part.buttons);
  return {
    text: `${story}${gap}${note}` || blank,
    entities,
    link_preview_options: { is_disabled: true },
    ...(keyboard ? { reply_markup: keyboard } : {}),
  };
}

/** Telegram refuses a message without a single visible character. */
const hasInk = (text: string): boolean => /[^\p{Z}\p{C}\s]/u.test(text);
