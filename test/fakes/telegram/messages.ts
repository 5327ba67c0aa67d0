import { chatOf, keyboardOf, textOf, threadOf } from './checks.ts';
import type { Floods } from './floods.ts';
import { integer, optionalInteger, type Params } from './params.ts';
import { ApiError, badRequest, type Message } from './types.ts';
import type { ChatState, World } from './world.ts';

/** How long a draft stays without being sent again (the Bot API's own figure). */
export const draftLifetimeMs = 30_000;

/** 50 MB: https://core.telegram.org/bots/api#senddocument */
const largestFile = 50_000_000;

/** The methods that people see something of. */
export function messageMethods(world: World, floods: Floods) {
  const send = (state: ChatState, params: Params, content: Partial<Message>, found: Message['entities']) => {
    const thread = threadOf(state, params);
    const replyTo = repliedTo(state, params);
    const keyboard = keyboardOf(params);
    floods.check(state.chat, 'message');
    if (state.draft?.thread === thread) state.draft = undefined;
    return state.add(
      {
        date: world.date(),
        from: world.bot,
        ...content,
        ...(thread === undefined ? {} : { message_thread_id: thread, is_topic_message: true as const }),
        ...(replyTo ? { reply_to_message: replyTo } : {}),
        ...(keyboard ? { reply_markup: keyboard } : {}),
      },
      found,
    );
  };

  return {
    sendMessage(params: Params): Message {
      const state = chatOf(world, params);
      const { text, entities, found } = textOf(params);
      return send(state, params, entities.length > 0 ? { text, entities } : { text }, found);
    },

    sendDocument(params: Params, file?: { name: string; data: Buffer }): Message {
      const state = chatOf(world, params);
      if (!file) throw badRequest('there is no document in the request');
      if (file.data.length > largestFile) throw new ApiError(413, 'Request Entity Too Large');
      const document = {
        file_name: file.name,
        mime_type: 'application/octet-stream',
        file_size: file.data.length,
      };
      const caption = typeof params.caption === 'string' ? { caption: params.caption } : {};
      return send(state, params, { document, content: file.data, ...caption }, []);
    },

    editMessageText(params: Params): Message {
      const state = chatOf(world, params);
      const stored = state.find(integer(params, 'message_id'), 'edit');
      if (stored.message.from.id !== world.bot.id) throw badRequest("message can't be edited");
      const { text, entities, found } = textOf(params);
      const keyboard = keyboardOf(params);
      const now = JSON.stringify([text, entities, keyboard?.inline_keyboard ?? []]);
      const { message } = stored;
      const before = JSON.stringify([
        message.text,
        message.entities ?? [],
        message.reply_markup?.inline_keyboard ?? [],
      ]);
      floods.check(state.chat, 'message');
      if (now === before)
        throw badRequest('message is not modified: specified new message content is the same');
      Object.assign(message, { text, entities, edit_date: world.date() });
      if (keyboard) message.reply_markup = keyboard;
      else delete message.reply_markup;
      stored.found = found;
      stored.texts.push({ at: world.clock.now(), text });
      return message;
    },

    editMessageReplyMarkup(params: Params): Message {
      const state = chatOf(world, params);
      const { message } = state.find(integer(params, 'message_id'), 'edit');
      const keyboard = keyboardOf(params);
      floods.check(state.chat, 'message');
      const same =
        JSON.stringify(keyboard?.inline_keyboard ?? []) ===
        JSON.stringify(message.reply_markup?.inline_keyboard ?? []);
      if (same) throw badRequest('message is not modified: specified new message content is the same');
      if (keyboard) message.reply_markup = keyboard;
      else delete message.reply_markup;
      return message;
    },

    deleteMessage(params: Params): true {
      chatOf(world, params).find(integer(params, 'message_id'), 'delete').deleted = true;
      return true;
    },

    sendMessageDraft(params: Params): true {
      const state = chatOf(world, params);
      const id = integer(params, 'draft_id');
      if (id === 0) throw badRequest('draft_id must be non-zero');
      if (state.chat.type !== 'private' || !state.takesDrafts) {
        throw badRequest('message drafts are not supported in the chat');
      }
      const thread = threadOf(state, params);
      const { text } = textOf(params, true);
      floods.check(state.chat, 'draft');
      state.draft = { id, text, thread, canStop: params.can_stop === true, at: world.clock.now() };
      return true;
    },
  };
}

function repliedTo(state: ChatState, params: Params): Message | undefined {
  const reply = params.reply_parameters as Params | undefined;
  const id = reply && optionalInteger(reply, 'message_id');
  if (id === undefined) return undefined;
  const stored = state.messages.get(id);
  if (stored && !stored.deleted) {
    const { reply_to_message: _, ...flat } = stored.message;
    return flat as Message;
  }
  if (reply?.allow_sending_without_reply !== true) throw badRequest('message to be replied not found');
  return undefined;
}
