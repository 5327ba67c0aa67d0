import type { Place } from './address.ts';
import { type TelegramMessage, type TelegramUser, updateSchema } from './update-schema.ts';

/** Somebody who wrote or pressed: a person, or the group or channel that a person speaks as. */
export interface Speaker {
  id: number;
  name: string;
  locale: string;
  /** An administrator who speaks as the group itself. */
  isGroup: boolean;
}

interface Told {
  updateId: number;
  place: Place;
  /** The group's title. */
  title: string | undefined;
  from: Speaker;
}

export interface IncomingMessage extends Told {
  kind: 'message';
  messageId: number;
  /** Undefined for photos, stickers and the like. */
  text: string | undefined;
  isForwarded: boolean;
  /** The message that a person chose to answer. */
  replyTo: { messageId: number; fromId: number | undefined } | undefined;
}

export interface IncomingPress extends Told {
  kind: 'press';
  queryId: string;
  messageId: number;
  data: string;
}

/** The Stop of a draft. */
export interface IncomingStop extends Told {
  kind: 'stopDraft';
  draftId: number;
}

/** What an update means to us, checked: nothing of an update is used that has not been through here. */
export type Incoming =
  | IncomingMessage
  | IncomingPress
  | IncomingStop
  | { kind: 'membership'; place: Place; isIn: boolean };

/** The kinds of updates that Telegram is asked for: edited messages change nothing that was written after them. */
export const wantedUpdates = [
  'message',
  'callback_query',
  'stopped_message_generation',
  'my_chat_member',
] as const;

/** Reads an update; undefined for one that is nothing to us, or is not well formed. */
export function readUpdate(update: unknown): Incoming | undefined {
  const result = updateSchema.safeParse(update);
  if (!result.success) return undefined;
  const { data } = result;
  const { update_id: updateId } = data;
  if ('message' in data) return readMessage(updateId, data.message);
  if ('callback_query' in data) {
    const { id: queryId, from, data: pressed, message } = data.callback_query;
    const told = { updateId, place: placeOf(message), title: message.chat.title, from: asSpeaker(from) };
    return { kind: 'press', ...told, queryId, messageId: message.message_id, data: pressed };
  }
  if ('stopped_message_generation' in data) {
    const { chat, message_thread_id: thread, draft_id: draftId } = data.stopped_message_generation;
    const place = { chat: chat.id, private: true, ...(thread === undefined ? {} : { thread }) };
    const from = { id: chat.id, name: chat.first_name, locale: 'en', isGroup: false };
    return { kind: 'stopDraft', updateId, place, title: undefined, from, draftId };
  }
  const { chat, new_chat_member: member } = data.my_chat_member;
  const isIn = !['kicked', 'left'].includes(member.status);
  return { kind: 'membership', place: { chat: chat.id, private: chat.type === 'private' }, isIn };
}

/** Messages that a person sent something with; all others tell of joins, pins, titles and so on. */
const contentKinds = [
  ...['photo', 'sticker', 'voice', 'video', 'video_note', 'audio', 'document', 'animation'],
  ...['poll', 'location', 'venue', 'contact', 'dice', 'story', 'paid_media', 'checklist', 'rich_message'],
];

function readMessage(updateId: number, message: TelegramMessage): Incoming | undefined {
  const { from: user, sender_chat: senderChat, chat, text } = message;
  const speaksAsChat = senderChat !== undefined && chat.type !== 'private';
  if (!user || (user.is_bot && !speaksAsChat)) return undefined;
  if (text === undefined && !contentKinds.some((kind) => kind in message)) return undefined;
  const from = speaksAsChat
    ? {
        id: senderChat.id,
        name: senderChat.title,
        locale: user.language_code,
        isGroup: senderChat.id === chat.id,
      }
    : asSpeaker(user);
  return {
    kind: 'message',
    updateId,
    place: placeOf(message),
    title: chat.title,
    from,
    messageId: message.message_id,
    text,
    isForwarded: message.forward_origin !== undefined,
    replyTo: readReply(message),
  };
}

function placeOf({ chat, message_thread_id: thread, is_topic_message: isTopic }: TelegramMessage): Place {
  const isPrivate = chat.type === 'private';
  return { chat: chat.id, private: isPrivate, ...(isTopic && thread !== undefined ? { thread } : {}) };
}

/** Whatever is said in a topic answers the message that made the topic, by Telegram's way of telling: that is none. */
function readReply({ reply_to_message: reply }: TelegramMessage) {
  if (!reply || reply.forum_topic_created !== undefined) return undefined;
  return { messageId: reply.message_id, fromId: reply.from?.id };
}

function asSpeaker(user: TelegramUser): Speaker {
  const name = [user.first_name, user.last_name].filter(Boolean).join(' ');
  return { id: user.id, name, locale: user.language_code, isGroup: false };
}
