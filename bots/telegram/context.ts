import type { InlineKeyboardMarkup, MessageEntity } from 'grammy/types';
import type { Clock } from '../../src/ops/clock.ts';
import type { Logger } from '../../src/ops/logger.ts';
import type { ExportFile } from '../../src/reply/surface.ts';
import type { AdminActions } from '../../src/story/admin.ts';
import type { StoryCommand } from '../../src/story/command.ts';
import type { Outcome } from '../../src/story/outcome.ts';
import type { Storyteller } from '../../src/story/storyteller.ts';
import { type Catalogue, textsFor } from '../../src/texts/catalogue.ts';
import { channelOf, type Place, platformName, type TelegramAddress, toReplyAddress } from './address.ts';
import type { ChatClient } from './client.ts';
import type { IncomingMessage, IncomingPress, IncomingStop, Speaker } from './incoming.ts';

/** What the handlers of updates work with. */
export interface BotContext {
  storyteller: Storyteller;
  client: ChatClient;
  clock: Clock;
  logger: Logger;
  admin: AdminActions | undefined;
  /** Keys such as `telegram:42`. */
  admins: readonly string[];
  /** The bot itself. */
  me(): { id: number; username: string };
  /** The turn behind each draft that people see. */
  drafts: Map<number, string>;
  /** The turn that a message of a channel shows. */
  findTurnId(channel: string, messageId: number): Promise<string | undefined>;
  /** Shows an outcome in the messages of its turns. */
  present(outcome: Extract<Outcome, { kind: 'undone' | 'shown' }>): Promise<void>;
  /** Work that nothing waits for: showing what came of a command. Never holds up the updates behind it. */
  background(work: () => Promise<unknown>): void;
}

type OwnFields = 'channel' | 'author' | 'locale' | 'dedupeKey';
/** A command as a handler states it; who, where and which update are filled in. */
export type BareCommand = StoryCommand extends infer C
  ? C extends StoryCommand
    ? Omit<C, OwnFields>
    : never
  : never;

/** One message or press that asks for something. */
export class Request {
  readonly bot: BotContext;
  readonly incoming: IncomingMessage | IncomingPress | IncomingStop;
  readonly texts: Catalogue;
  readonly place: Place;
  readonly from: Speaker;

  constructor(bot: BotContext, incoming: IncomingMessage | IncomingPress | IncomingStop) {
    this.bot = bot;
    this.incoming = incoming;
    this.texts = textsFor(incoming.from.locale);
    this.place = incoming.place;
    this.from = incoming.from;
  }

  /** Where the reply to this goes: under the message that asked, when there is one. */
  address(more: Partial<TelegramAddress> = {}) {
    const { incoming } = this;
    const replyTo = incoming.kind === 'message' ? { replyTo: incoming.messageId } : {};
    return toReplyAddress({ ...this.place, ...replyTo, ...more });
  }

  /** The channel's name, as stories are kept under it. */
  get channelId(): string {
    return channelOf(this.place).externalId;
  }

  /** Commits the command. */
  handle(command: BareCommand): Promise<Outcome> {
    const { from, place, incoming } = this;
    const author = { platform: platformName, externalId: `${from.id}`, name: from.name };
    const channel = channelOf(place, incoming.title);
    // The same update told twice is done once; another bot's updates have numbers of their own.
    const dedupeKey = `${platformName}:${this.bot.me().id}:${incoming.updateId}`;
    return this.bot.storyteller.handle({ ...command, channel, author, locale: from.locale, dedupeKey });
  }

  /** Says something of our own, in its time. `keyboard` stands under it. */
  say(text: string, keyboard?: InlineKeyboardMarkup, entities: MessageEntity[] = []): void {
    const { client } = this.bot;
    const { place, incoming } = this;
    const reply =
      incoming.kind === 'message'
        ? { reply_parameters: { message_id: incoming.messageId, allow_sending_without_reply: true } }
        : {};
    const markup = keyboard ? { reply_markup: keyboard } : {};
    const other = { entities, ...reply, ...markup, link_preview_options: { is_disabled: true } };
    this.bot.background(() =>
      client.deliver(place, (thread) => client.api.sendMessage(place.chat, text, { ...other, ...thread })),
    );
  }

  /** Puts something else in the message whose button was pressed. */
  rewrite({ messageId }: IncomingPress, text: string, keyboard: InlineKeyboardMarkup): void {
    const { client } = this.bot;
    const { chat } = this.place;
    const other = { reply_markup: keyboard, link_preview_options: { is_disabled: true } };
    this.bot.background(() =>
      client.deliver(this.place, () => client.api.editMessageText(chat, messageId, text, other)),
    );
  }

  /** Takes the buttons from under the message whose button was pressed. */
  dropKeyboard({ messageId }: IncomingPress): void {
    const { client } = this.bot;
    const { chat } = this.place;
    this.bot.background(() =>
      client.deliver(this.place, () => client.api.editMessageReplyMarkup(chat, messageId)),
    );
  }

  /** True for whoever may change what concerns everybody in the place. Asks Telegram about members of groups. */
  async mayManage(): Promise<boolean> {
    const { place, from } = this;
    if (place.private || from.isGroup) return true;
    const { client, logger } = this.bot;
    const member = await client.api.getChatMember(place.chat, from.id).catch((error: Error) => {
      logger.debug({ error: error.message }, 'Telegram did not say who may manage a group');
      return undefined;
    });
    return member?.status === 'creator' || member?.status === 'administrator';
  }

  get isAdmin(): boolean {
    return this.bot.admins.includes(`${platformName}:${this.from.id}`);
  }

  /** Sends files, one after the other. */
  send(files: AsyncIterable<ExportFile>): void {
    const { client } = this.bot;
    this.bot.background(async () => {
      for await (const file of files) await client.sendFile(this.place, file);
    });
  }
}
