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

/** Limits for text behind a `lead`, the prompt that a reply's first message begins with. */
export function limitsFor(minEditIntervalMs: number, lead: string): SurfaceLimits {
  const leadRoom = lead === '' ? 0 : lead.length + 2;
  return {
    maxLength: maxTextLength - noteRoom - leadRoom,
    minEditIntervalMs,
    measure: (text) => text.length,
  };
}

/** A part as Telegram's fields: plain text with entities, never a parse mode, and no link previews. */
export function render(part: ReplyPart, lead = ''): Rendered {
  const blocks: { text: string; style?: 'bold' | 'italic' }[] = [];
  if (lead !== '' && part.index === 0) blocks.push({ text: lead, style: 'bold' });
  if (hasInk(part.text)) blocks.push({ text: part.text });
  if (part.note) blocks.push({ text: part.note, style: 'italic' });
  if (blocks.length === 0) blocks.push({ text: blank });
  let text = '';
  const entities: MessageEntity[] = [];
  for (const block of blocks) {
    if (text !== '') text += '\n\n';
    const offset = text.length;
    text += block.text;
    if (block.style) entities.push({ type: block.style, offset, length: block.text.length });
    else entities.push(...inertEntities(block.text).map((e) => ({ ...e, offset: e.offset + offset })));
  }
  const keyboard = replyKeyboard(part.buttons);
  return {
    text,
    entities,
    link_preview_options: { is_disabled: true },
    ...(keyboard ? { reply_markup: keyboard } : {}),
  };
}

/** Telegram refuses a message without a single visible character. */
function hasInk(text: string): boolean {
  return /[^\p{Z}\p{C}\s]/u.test(text);
}
