import type { TelegramServer } from './server.ts';
import type { Button, Entity, Message, Update, User } from './types.ts';
import type { ChatState, StoredMessage } from './world.ts';

export interface Where {
  /** A group; the private chat with the bot when there is none. */
  chat?: ChatState;
  /** A topic of a forum. */
  thread?: number;
  replyTo?: Message;
}

/** Somebody with a Telegram app: what they do reaches the bot as updates, as Telegram would tell it. */
export class Person {
  readonly user: User;
  readonly chat: ChatState;
  private readonly server: TelegramServer;
  private queries = 0;

  constructor(server: TelegramServer, fields: Partial<User> = {}) {
    this.server = server;
    this.user = server.world.addPerson(fields);
    this.chat = server.world.chat(this.user.id);
  }

  says(text: string, where: Where = {}): Update {
    return this.sends({ text, ...entitiesIn(text) }, where);
  }

  /** Sends any kind of message: a photo, a sticker, a forwarded text… */
  sends(content: Partial<Message>, where: Where = {}): Update {
    const state = where.chat ?? this.chat;
    const { thread, replyTo } = where;
    if (where.chat && !state.members.has(this.user.id)) state.members.set(this.user.id, 'member');
    const message = state.add({
      date: this.server.world.date(),
      from: this.user,
      ...content,
      ...(thread === undefined ? {} : { message_thread_id: thread, is_topic_message: true as const }),
      ...(replyTo ? { reply_to_message: replyTo } : {}),
    });
    return this.server.polling.push({ message });
  }

  edits(message: Message, text: string): Update {
    message.text = text;
    return this.server.polling.push({ edited_message: { ...message, edit_date: this.server.world.date() } });
  }

  /** Presses the button with this label (or callback data). @throws when there is no such button */
  presses({ message }: StoredMessage, label: string): string {
    const buttons = message.reply_markup?.inline_keyboard.flat() ?? [];
    const button = buttons.find((b: Button) => b.text === label || b.callback_data === label);
    if (!button)
      throw new Error(`No button "${label}" among ${buttons.map((b) => b.text).join(', ') || 'none'}`);
    return this.pressesData(message, button.callback_data ?? '');
  }

  /** Presses a button by its data, whatever the message shows. */
  pressesData(message: Message, data: string): string {
    this.queries += 1;
    const id = `${this.user.id}-${this.queries}`;
    this.server.chats.openQueries.add(id);
    this.server.polling.push({
      callback_query: { id, from: this.user, chat_instance: '1', message, data },
    });
    return id;
  }

  /** Presses the native Stop under the draft. @throws when there is none to press */
  stopsDraft(): Update {
    const { draft, chat } = this.chat;
    if (!draft?.canStop) throw new Error('There is no draft with a Stop');
    const thread = draft.thread === undefined ? {} : { message_thread_id: draft.thread };
    return this.server.polling.push({ stopped_message_generation: { chat, draft_id: draft.id, ...thread } });
  }

  blocks(): void {
    this.chat.bot = 'blocked';
    this.membership('kicked');
  }

  unblocks(): void {
    this.chat.bot = 'member';
    this.membership('member');
  }

  private membership(status: string): void {
    const { bot } = this.server.world;
    this.server.polling.push({
      my_chat_member: {
        chat: this.chat.chat,
        from: this.user,
        date: this.server.world.date(),
        old_chat_member: { user: bot, status: status === 'member' ? 'kicked' : 'member' },
        new_chat_member: { user: bot, status },
      },
    });
  }
}

/** The commands and mentions that Telegram marks in what a person types. */
function entitiesIn(text: string): { entities?: Entity[] } {
  const entities: Entity[] = [
    ...[...text.matchAll(/(?<![\w/])\/[a-z0-9_]+(?:@\w+)?/g)].map((m) => ({ type: 'bot_command', m })),
    ...[...text.matchAll(/(?<![\w/@])@\w{3,32}/g)].map((m) => ({ type: 'mention', m })),
  ].map(({ type, m }) => ({ type, offset: m.index, length: m[0].length }));
  const separate = entities.filter((e) => e.type !== 'mention' || !text.slice(0, e.offset).match(/\/\w+$/));
  return separate.length > 0 ? { entities: separate } : {};
}
