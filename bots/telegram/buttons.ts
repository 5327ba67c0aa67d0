import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'grammy/types';
import type { ButtonAction, ReplyButton } from '../../src/reply/surface.ts';

/** Callback data is `s1:action:argument…`, at most 64 bytes; the number is for changes of the form. */
const version = 's1';
const off = 'off';
const actions: readonly string[] = ['continue', 'retry', 'undo', 'stop', 'show'] satisfies ButtonAction[];

export const callbackData = (action: string, ...args: string[]): string =>
  [version, action, ...args].join(':');

export type Pressed =
  | { kind: 'story'; action: ButtonAction; turnId: string }
  /** A button of one of our own lines: settings, openings, confirmations. */
  | { kind: 'own'; action: string; args: string[] }
  /** A button that is shown but does nothing now. */
  | { kind: 'disabled' };

/** What a button's data means; undefined for data that is not ours. */
export function readCallbackData(data: string): Pressed | undefined {
  const [prefix, action, ...args] = data.split(':');
  if (prefix !== version || !action) return undefined;
  if (!isStoryAction(action)) return { kind: 'own', action, args };
  const [turnId, flag] = args;
  if (!turnId || !/^[\w-]{1,40}$/.test(turnId)) return undefined;
  return flag === off ? { kind: 'disabled' } : { kind: 'story', action, turnId };
}

const isStoryAction = (action: string): action is ButtonAction => actions.includes(action);

/** The keyboard under a reply: ◀ ▶ in a row of their own. Telegram has no disabled buttons: those do nothing. */
export function replyKeyboard(buttons: ReplyButton[]): InlineKeyboardMarkup | undefined {
  if (buttons.length === 0) return undefined;
  const toButton = ({ action, turnId, label, disabled }: ReplyButton): InlineKeyboardButton => ({
    text: label,
    callback_data: callbackData(action, turnId, ...(disabled ? [off] : [])),
  });
  const rows = [
    buttons.filter((button) => button.action !== 'show'),
    buttons.filter((button) => button.action === 'show'),
  ];
  return { inline_keyboard: rows.filter((row) => row.length > 0).map((row) => row.map(toButton)) };
}
