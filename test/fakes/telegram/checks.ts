import type { Params } from './params.ts';
import { integer, optionalInteger } from './params.ts';
import { checkMarkup, receiveText } from './text.ts';
import { ApiError, badRequest, type Entity, type Keyboard } from './types.ts';
import type { ChatState, World } from './world.ts';

/** The chat that a call is for. @throws {ApiError} when there is none, or the bot is not let in any more */
export function chatOf(world: World, params: Params): ChatState {
  const state = world.chat(integer(params, 'chat_id'));
  if (state.bot === 'blocked') throw new ApiError(403, 'Forbidden: bot was blocked by the user');
  if (state.bot === 'kicked') throw new ApiError(403, 'Forbidden: bot was kicked from the supergroup chat');
  return state;
}

/** @throws {ApiError} for a topic that there is not (any more); the general topic is named by no thread */
export function threadOf(state: ChatState, params: Params): number | undefined {
  const thread = optionalInteger(params, 'message_thread_id');
  if (thread !== undefined && !state.topics.has(thread)) throw badRequest('message thread not found');
  return thread;
}

export function textOf(params: Params, allowEmpty = false) {
  const text = params.text ?? '';
  if (typeof text !== 'string') throw badRequest('text must be a string');
  if (params.parse_mode !== undefined) checkMarkup(text, String(params.parse_mode));
  return receiveText(text, (params.entities as Entity[] | undefined) ?? [], allowEmpty);
}

/** @throws {ApiError} for a button that Telegram would not take */
export function keyboardOf(params: Params): Keyboard | undefined {
  const keyboard = params.reply_markup as Keyboard | undefined;
  for (const button of keyboard?.inline_keyboard.flat() ?? []) {
    if (!button.text) throw badRequest('inline keyboard button text must be non-empty');
    if (button.url === undefined && button.callback_data === undefined) {
      throw badRequest(
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
      );
    }
    const bytes = Buffer.byteLength(button.callback_data ?? 'x');
    if (bytes < 1 || bytes > 64) throw badRequest('BUTTON_DATA_INVALID');
  }
  return keyboard;
}

const common = ['chat_id', 'message_thread_id'];
const text = ['text', 'entities', 'parse_mode', 'link_preview_options', 'reply_markup'];

/** The parameters that the fake knows, by method: in strict mode any other is refused. */
export const knownParams: Record<string, string[]> = {
  getMe: [],
  getUpdates: ['offset', 'limit', 'timeout', 'allowed_updates'],
  deleteWebhook: ['drop_pending_updates'],
  setMyCommands: ['commands', 'scope', 'language_code'],
  getMyCommands: ['scope', 'language_code'],
  deleteMyCommands: ['scope', 'language_code'],
  sendMessage: [...common, ...text, 'reply_parameters', 'disable_notification'],
  editMessageText: ['chat_id', 'message_id', ...text],
  editMessageReplyMarkup: ['chat_id', 'message_id', 'reply_markup'],
  deleteMessage: ['chat_id', 'message_id'],
  sendMessageDraft: [...common, 'draft_id', 'text', 'entities', 'parse_mode', 'can_stop', 'keep_on_stop'],
  answerCallbackQuery: ['callback_query_id', 'text', 'show_alert', 'url', 'cache_time'],
  sendChatAction: [...common, 'action'],
  sendDocument: [...common, 'document', 'caption', 'reply_parameters', 'reply_markup'],
  getChatMember: ['chat_id', 'user_id'],
  getChatAdministrators: ['chat_id'],
};
