import type { Clock } from '../../../src/ops/clock.ts';
import { badRequest, type Chat, type Entity, type MemberStatus, type Message, type User } from './types.ts';

export interface StoredMessage {
  message: Message;
  /** Links and mentions that Telegram made of the text by itself. */
  found: Entity[];
  /** Every text that it ever showed, oldest first. */
  texts: { at: number; text: string }[];
  deleted: boolean;
}

export interface Draft {
  id: number;
  text: string;
  thread: number | undefined;
  canStop: boolean;
  at: number;
}

/** A chat as the server knows it. */
export class ChatState {
  readonly chat: Chat;
  readonly messages = new Map<number, StoredMessage>();
  readonly topics = new Set<number>();
  readonly members = new Map<number, MemberStatus>();
  /** The bot's own standing: blocked by the person, or out of the group. */
  bot: 'member' | 'blocked' | 'kicked' = 'member';
  /** False for a person whose app is too old for drafts. */
  takesDrafts = true;
  draft: Draft | undefined;
  private lastId = 0;

  constructor(chat: Chat) {
    this.chat = chat;
  }

  add(message: Omit<Message, 'message_id' | 'chat'>, found: Entity[] = []): Message {
    this.lastId += 1;
    const whole = { ...message, message_id: this.lastId, chat: this.chat } as Message;
    const texts = [{ at: whole.date * 1000, text: whole.text ?? '' }];
    this.messages.set(whole.message_id, { message: whole, found, texts, deleted: false });
    return whole;
  }

  /** @throws {ApiError} when there is no such message (any more) */
  find(id: number, purpose: string): StoredMessage {
    const stored = this.messages.get(id);
    if (!stored || stored.deleted) throw badRequest(`message to ${purpose} not found`);
    return stored;
  }
}

/** Chats and people. */
export class World {
  readonly clock: Clock;
  readonly bot: User = {
    id: 7_000_000_001,
    is_bot: true,
    first_name: 'Storyteller',
    username: 'StoryFakeBot',
  };
  readonly chats = new Map<number, ChatState>();
  private nextUser = 1001;
  private nextGroup = -1_001_000_000_001 - Math.floor(Math.random() * 1e9) * 1000;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Seconds since the epoch, as dates of messages are told. */
  date(): number {
    return Math.floor(this.clock.now() / 1000);
  }

  addPerson(fields: Partial<User> = {}): User {
    const id = fields.id ?? this.nextUser++;
    const user: User = { id, is_bot: false, first_name: `Person ${id}`, language_code: 'en', ...fields };
    const { first_name, username } = user;
    const chat: Chat = { id, type: 'private', first_name, ...(username === undefined ? {} : { username }) };
    this.chats.set(id, new ChatState(chat));
    return user;
  }

  addGroup(fields: { title?: string; forum?: boolean; topics?: number[] } = {}): ChatState {
    const chat: Chat = { id: this.nextGroup--, type: 'supergroup', title: fields.title ?? 'A group' };
    if (fields.forum) chat.is_forum = true;
    const state = new ChatState(chat);
    for (const topic of fields.topics ?? []) state.topics.add(topic);
    this.chats.set(chat.id, state);
    return state;
  }

  chat(id: number): ChatState {
    const state = this.chats.get(id);
    if (!state) throw badRequest('chat not found');
    return state;
  }
}
