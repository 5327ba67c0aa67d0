import {
  type APIActionRowComponent,
  type APIButtonComponentWithCustomId,
  ButtonStyle,
  ComponentType,
  MessageFlags,
  type RESTPostAPIChannelMessageJSONBody,
} from 'discord.js';
import type { ButtonAction, ReplyButton, ReplyPart, SurfaceLimits } from '../../src/reply/surface.ts';
import { customIdsOf } from './custom-id.ts';
import { escapeText } from './escape.ts';

/** https://discord.com/developers/docs/resources/message#create-message */
export const maxContent = 2000;
/** Kept free for a note below the text. */
const noteRoom = 220;
/** https://discord.com/developers/docs/components/reference#action-row */
const buttonsARow = 5;

/**
 * Limits of a reply on Discord. Edits are paced: how many a channel takes is unpublished; 5 in 5 seconds is what the
 * headers have long said.
 */
export const limits: SurfaceLimits = {
  maxLength: maxContent - noteRoom,
  minEditIntervalMs: 1200,
  measure: (text) => escapeText(text).length,
};

const styles: Partial<Record<ButtonAction, APIButtonComponentWithCustomId['style']>> = {
  continue: ButtonStyle.Primary,
  stop: ButtonStyle.Danger,
};

/** Small print, each line of it. */
const smallPrint = (note: string) => note.replace(/^(?=.*\S)/gm, '-# ');

function contentOf({ text, note }: Pick<ReplyPart, 'text' | 'note'>): string {
  const escaped = escapeText(text);
  const room = maxContent - escaped.length - 1;
  const small = note ? smallPrint(escapeText(note)).slice(0, room) : '';
  // Discord takes no empty message: a zero-width space is a message that shows nothing.
  return [escaped, small].filter(Boolean).join('\n').trim() || '\u200b';
}

export type MessageBody = Pick<
  RESTPostAPIChannelMessageJSONBody,
  'content' | 'components' | 'allowed_mentions' | 'flags'
>;

/** A message as Discord takes it: nothing in it formats, links, unfurls or pings. */
export function messageBody(part: Pick<ReplyPart, 'text' | 'note' | 'buttons'>): MessageBody {
  return {
    content: contentOf(part),
    components: rowsOf(part.buttons),
    allowed_mentions: { parse: [] },
    flags: MessageFlags.SuppressEmbeds,
  };
}

export type Row = APIActionRowComponent<APIButtonComponentWithCustomId>;

function rowsOf(buttons: ReplyButton[]): Row[] {
  const ids = customIdsOf(buttons);
  const components = buttons.map(
    ({ action, label, disabled = false }, index): APIButtonComponentWithCustomId => ({
      type: ComponentType.Button,
      style: styles[action] ?? ButtonStyle.Secondary,
      label,
      custom_id: ids[index] ?? '',
      disabled,
    }),
  );
  return rows(components);
}

export function rows(components: APIButtonComponentWithCustomId[]): Row[] {
  const count = Math.ceil(components.length / buttonsARow);
  return Array.from({ length: count }, (_, row) => ({
    type: ComponentType.ActionRow,
    components: components.slice(row * buttonsARow, (row + 1) * buttonsARow),
  }));
}
