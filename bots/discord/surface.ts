import { type APIMessage, ButtonStyle, ComponentType, MessageFlags, type REST, Routes } from 'discord.js';
import { z } from 'zod';
import type { Clock } from '../../src/ops/clock.ts';
import {
  AccessLost,
  type ExportFile,
  MessageGone,
  type MessageRef,
  type ReplyPart,
  type ReplySurface,
} from '../../src/reply/surface.ts';
import type { Catalogue } from '../../src/texts/catalogue.ts';
import { type DiscordAddress, tokenEnds, tokenLives } from './address.ts';
import { customIdOf } from './custom-id.ts';
import { meaningOf } from './errors.ts';
import { limits, type MessageBody, messageBody, rows } from './render.ts';

const refSchema = z.object({ messageId: z.string() });

/** Discord shows "typing" for 10 s. */
const typingMs = 8000;

/** In a channel a bot may lose the right to post, and still edit what it posted. */
type Right = 'post' | 'edit';

interface Parts {
  rest: REST;
  clock: Clock;
  address: DiscordAddress;
  texts: Catalogue;
  turnId: string;
  /** The text is not whole and nobody goes on with it here: the last message offers the rest. */
  isExcerpt?: boolean;
}

/**
 * A reply on Discord. The answer to the interaction is its first message; from then on, where the bot is a member, all
 * is written with the bot's own token, which outlives the interaction's. Elsewhere the interaction's token does it for
 * its 15 minutes, and the message says in time how to see the rest.
 */
export class DiscordSurface implements ReplySurface {
  readonly limits = limits;
  private readonly parts: Parts;
  /** What the bot's own token can't do there (any more). */
  private readonly lost = new Set<Right>();
  private typedAt = Number.NEGATIVE_INFINITY;
  /** The last edit: typing(), which comes at any time, may edit too, and one at a time is enough. */
  private editing: Promise<void> = Promise.resolve();
  private last: { ref: MessageRef; part: ReplyPart } | undefined;

  constructor(parts: Parts) {
    this.parts = parts;
    if (!parts.address.member) this.lost.add('post').add('edit');
  }

  async post(part: ReplyPart): Promise<MessageRef> {
    const body = this.bodyOf(part);
    const message =
      (part.index === 0 ? await this.fillOriginal(body) : undefined) ?? (await this.create(body, part.nonce));
    const ref = { messageId: message.id };
    this.last = { ref, part };
    return ref;
  }

  edit(ref: MessageRef, part: ReplyPart): Promise<void> {
    const edited = this.editing.then(() => this.write(ref, part));
    this.editing = edited.catch(() => {});
    return edited;
  }

  private async write(ref: MessageRef, part: ReplyPart): Promise<void> {
    const { messageId } = refSchema.parse(ref);
    const body = this.bodyOf(part);
    const { channelId } = this.parts.address;
    await this.asMember(
      'edit',
      () => this.call('patch', Routes.channelMessage(channelId, messageId), { body }),
      () => this.call('patch', this.webhook(messageId), { body, auth: false }),
    );
    this.last = { ref, part };
  }

  async attach(file: ExportFile): Promise<void> {
    const files = [{ name: file.name, contentType: file.contentType, data: Buffer.from(file.data) }];
    const body = { allowed_mentions: { parse: [] } };
    await this.asMember(
      'post',
      () => this.call('post', Routes.channelMessages(this.parts.address.channelId), { body, files }),
      () => this.call('post', this.webhook(), { body, files, auth: false }),
    );
  }

  async remove(ref: MessageRef): Promise<void> {
    const { messageId } = refSchema.parse(ref);
    await this.asMember(
      'edit',
      () => this.call('delete', Routes.channelMessage(this.parts.address.channelId, messageId), {}),
      () => this.call('delete', this.webhook(messageId), { auth: false }),
    );
  }

  async typing(): Promise<void> {
    const { clock, address } = this.parts;
    if (!this.lost.has('post')) {
      if (clock.now() - this.typedAt < typingMs) return;
      this.typedAt = clock.now();
      await this.call('post', Routes.channelTyping(address.channelId), {});
    } else if (this.last && tokenEnds(address, clock.now()) && tokenLives(address, clock.now())) {
      // Nothing else may come to show before the token is dead.
      await this.edit(this.last.ref, this.last.part);
    }
  }

  /** Puts a part into the answer that still "thinks"; nothing where that is no more. */
  private async fillOriginal(body: MessageBody): Promise<APIMessage | undefined> {
    const { address, clock } = this.parts;
    if (!address.interaction.original || !tokenLives(address, clock.now())) return undefined;
    try {
      return await this.call('patch', this.webhook('@original'), { body, auth: false });
    } catch (error) {
      if (error instanceof MessageGone || error instanceof AccessLost) return undefined;
      throw error;
    }
  }

  private create(body: MessageBody, nonce: string): Promise<APIMessage> {
    const once = { ...body, nonce, enforce_nonce: true };
    return this.asMember(
      'post',
      () => this.call('post', Routes.channelMessages(this.parts.address.channelId), { body: once }),
      () => this.call('post', this.webhook(), { body, auth: false }),
    );
  }

  /** Does it with the bot's token or, where it has no access (any more), with the interaction's. */
  private async asMember<T>(
    right: Right,
    withBot: () => Promise<T>,
    withInteraction: () => Promise<T>,
  ): Promise<T> {
    if (!this.lost.has(right)) {
      try {
        return await withBot();
      } catch (error) {
        if (!(error instanceof AccessLost)) throw error;
        this.lost.add(right);
      }
    }
    const { address, clock } = this.parts;
    if (!tokenLives(address, clock.now())) throw new AccessLost('The interaction’s 15 minutes are over');
    return withInteraction();
  }

  private webhook(messageId?: string): `/${string}` {
    const { applicationId, token } = this.parts.address.interaction;
    return messageId
      ? Routes.webhookMessage(applicationId, token, messageId)
      : Routes.webhook(applicationId, token);
  }

  private async call<T>(
    method: 'post' | 'patch' | 'delete',
    route: `/${string}`,
    options: NonNullable<Parameters<REST['post']>[1]>,
  ): Promise<T> {
    try {
      return (await this.parts.rest[method](route, options)) as T;
    } catch (error) {
      throw meaningOf(error);
    }
  }

  private bodyOf(part: ReplyPart): MessageBody {
    const {
      address,
      clock,
      texts,
      turnId,
      isExcerpt = this.lost.has('edit') && tokenEnds(address, clock.now()),
    } = this.parts;
    const handsOver = isExcerpt && part.phase !== 'done';
    if (!handsOver) return messageBody(part);
    const rest = {
      type: ComponentType.Button,
      style: ButtonStyle.Primary,
      label: texts.discord.rest.button,
      custom_id: customIdOf({ action: 'rest', turnId }),
    } as const;
    return {
      ...messageBody({ ...part, note: texts.discord.rest.note, buttons: [] }),
      components: rows([rest]),
      flags: MessageFlags.SuppressEmbeds,
    };
  }
}
