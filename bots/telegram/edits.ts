import { InputFile } from 'grammy';
import {
  type ExportFile,
  MessageGone,
  type MessageRef,
  type ReplyPart,
  type ReplySurface,
  type SurfaceLimits,
} from '../../src/reply/surface.ts';
import { readRef, type TelegramAddress } from './address.ts';
import { type ChatClient, fileName } from './client.ts';
import { isUndeletable, isUnmodified } from './errors.ts';
import { limitsFor, render } from './render.ts';

/** About one edit a second in a private chat, and one in 3 to 4 s in a group, by Telegram's rules of thumb. */
const editIntervalMs = { private: 1100, group: 3600 } as const;

export interface SurfaceOptions {
  client: ChatClient;
  address: TelegramAddress;
  turnId: string;
}

/** A reply as ordinary messages that are edited: in groups, and wherever there are no drafts. */
export class EditSurface implements ReplySurface {
  readonly limits: SurfaceLimits;
  private readonly options: SurfaceOptions;
  /** Messages older than 48 h stay (core.telegram.org/bots/api#deletemessage): only their words can go. */
  private readonly undeletable = new Set<number>();

  constructor(options: SurfaceOptions) {
    this.options = options;
    const interval = options.address.private ? editIntervalMs.private : editIntervalMs.group;
    this.limits = limitsFor(interval);
  }

  async post(part: ReplyPart): Promise<MessageRef> {
    const { client, address, turnId } = this.options;
    const { text, ...other } = render(part);
    const answers = part.index === 0 && address.replyTo !== undefined;
    const reply = answers
      ? { reply_parameters: { message_id: address.replyTo ?? 0, allow_sending_without_reply: true } }
      : {};
    const message = await client.attempt(address, turnId, (thread) =>
      client.api.sendMessage(address.chat, text, { ...other, ...reply, ...thread }),
    );
    return { message: message.message_id };
  }

  async edit(ref: MessageRef, part: ReplyPart): Promise<void> {
    const { client, address, turnId } = this.options;
    const target = readRef(ref);
    if (!('message' in target)) throw new MessageGone('a draft is no message');
    const { text, ...other } = render(part);
    try {
      await client.attempt(address, turnId, () =>
        client.api.editMessageText(address.chat, target.message, text, other),
      );
    } catch (error) {
      if (!isUnmodified(error)) throw error;
    }
  }

  async attach(file: ExportFile): Promise<void> {
    const { client, address, turnId } = this.options;
    await client.attempt(address, turnId, (thread) =>
      client.api.sendDocument(address.chat, new InputFile(file.data, fileName(file)), thread),
    );
  }

  async remove(ref: MessageRef): Promise<void> {
    const { client, address, turnId } = this.options;
    const target = readRef(ref);
    if (!('message' in target)) return;
    const { message } = target;
    try {
      if (this.undeletable.has(message))
        await this.edit(ref, { index: 0, text: '', buttons: [], phase: 'done', nonce: '' });
      else await client.attempt(address, turnId, () => client.api.deleteMessage(address.chat, message));
    } catch (error) {
      if (!(error instanceof MessageGone)) throw error;
      if (!isUndeletable(error)) return;
      this.undeletable.add(message);
      await this.remove(ref);
    }
  }

  async typing(): Promise<void> {
    const { client, address } = this.options;
    await client.whisper(address, (thread) => client.api.sendChatAction(address.chat, 'typing', thread));
  }
}
