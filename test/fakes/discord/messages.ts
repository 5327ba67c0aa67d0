import type { Clock } from '../../../src/ops/clock.ts';
import { checkedMessage, type MessageBody } from './bodies.ts';
import { refuse } from './errors.ts';
import type { Request, Route } from './http.ts';
import { embeds, pings } from './markdown.ts';
import type { FakeChannel, FakeMessage, World } from './world.ts';

export const flags = { suppressEmbeds: 1 << 2, ephemeral: 1 << 6, loading: 1 << 7 } as const;

/** Discord remembers a nonce for "a few minutes". */
const nonceMs = 180_000;
/** Unpublished; the numbers that bots have long seen in the headers. */
const postQuota = { limit: 5, windowMs: 5000 };
/** Error 30046, for messages older than an hour; its limit is unpublished. */
const oldAfterMs = 3_600_000;
const oldEdits = 30;

/** 10 MiB a file, where nobody has paid for more: https://discord.com/developers/docs/reference#uploading-files */
export const attachmentSizeLimit = 10 * 1024 * 1024;

/** Makes and changes messages by Discord's rules, whoever asks. */
export class Messages {
  readonly world: World;
  readonly clock: Clock;

  constructor(world: World, clock: Clock) {
    this.world = world;
    this.clock = clock;
  }

  /** @throws {ApiError} for what Discord refuses */
  create(channel: FakeChannel, request: Request, extra: Partial<FakeMessage> = {}): FakeMessage {
    const body = checkedMessage(request.body);
    checkSizes(request);
    const content = (body.content ?? '').trim();
    if (!content && !request.files.length && !((extra.flags ?? 0) & flags.loading))
      throw refuse.emptyMessage();
    const now = this.clock.now();
    const known = body.enforce_nonce
      ? [...this.world.messages.values()].find(
          (one) => one.channelId === channel.id && one.nonce === String(body.nonce) && now - one.at < nonceMs,
        )
      : undefined;
    if (known) return known;
    const message: FakeMessage = {
      id: this.world.snowflake(),
      channelId: channel.id,
      authorId: this.world.bot.id,
      at: now,
      content: '',
      components: [],
      flags: 0,
      files: [],
      pinged: [],
      embedded: [],
      deleted: false,
      history: [],
      ...(body.nonce === undefined ? {} : { nonce: String(body.nonce) }),
      ...extra,
    };
    this.world.messages.set(message.id, message);
    this.write(message, body, request);
    return message;
  }

  /** @throws {ApiError} for what Discord refuses */
  edit(message: FakeMessage, request: Request): FakeMessage {
    const body = checkedMessage(request.body);
    checkSizes(request);
    if (this.clock.now() - message.at > oldAfterMs && message.history.length >= oldEdits) {
      throw refuse.tooManyOldEdits();
    }
    const content = body.content === undefined ? message.content : (body.content ?? '').trim();
    const hasFiles = request.files.length > 0 || (body.attachments === undefined && message.files.length > 0);
    if (!content && !hasFiles) throw refuse.emptyMessage();
    this.write(message, body, request);
    message.flags &= ~flags.loading;
    return message;
  }

  private write(message: FakeMessage, body: MessageBody, request: Request): void {
    if (body.content !== undefined) message.content = (body.content ?? '').trim();
    if (body.components !== undefined) message.components = body.components ?? [];
    const suppress = (body.flags ?? message.flags) & flags.suppressEmbeds;
    message.flags = (message.flags & ~flags.suppressEmbeds) | suppress;
    message.files.push(...request.files);
    message.pinged.push(...pings(message.content, body.allowed_mentions));
    message.embedded.push(...embeds(message.content, message.flags));
    message.history.push({
      at: this.clock.now(),
      content: message.content,
      components: message.components,
    });
  }

  /** A message as the API gives it. */
  payload(message: FakeMessage) {
    const { bot } = this.world;
    return {
      id: message.id,
      channel_id: message.channelId,
      type: message.interactionId ? 20 : 0,
      author: {
        id: bot.id,
        username: bot.username,
        discriminator: '0',
        avatar: null,
        global_name: null,
        bot: true,
      },
      content: message.content,
      timestamp: new Date(message.at).toISOString(),
      edited_timestamp: null,
      tts: false,
      mention_everyone: false,
      mentions: [],
      mention_roles: [],
      attachments: message.files.map((file, index) => ({
        id: String(index),
        filename: file.name,
        size: file.data.length,
        url: `https://cdn.example/${file.name}`,
        proxy_url: `https://cdn.example/${file.name}`,
      })),
      embeds: [],
      pinned: false,
      flags: message.flags,
      components: message.components,
      ...(message.nonce === undefined ? {} : { nonce: message.nonce }),
    };
  }

  /** @throws {ApiError} where the bot can't see the channel, or can't send to it */
  private channel(id: string | undefined, sending: boolean): FakeChannel {
    const channel = this.world.channels.get(id ?? '');
    if (!channel) throw refuse.unknownChannel();
    if (channel.access === 'none') throw refuse.missingAccess();
    if (sending && channel.access === 'readonly') throw refuse.missingPermissions();
    if (sending) channel.archived = false;
    return channel;
  }

  /** A message that can be reached with the bot's token: neither ephemeral nor still "thinking…". */
  private message({ channel, message }: Record<string, string>): FakeMessage {
    this.channel(channel, false);
    const found = this.world.messages.get(message ?? '');
    const unreachable = !found || found.deleted || found.onlyFor || found.flags & flags.loading;
    if (unreachable || found.channelId !== channel) throw refuse.unknownMessage();
    if (found.authorId !== this.world.bot.id) throw refuse.otherAuthor();
    if (this.world.channels.get(found.channelId)?.archived) throw refuse.archivedThread();
    return found;
  }

  get routes(): Route[] {
    const all = '/channels/:channel/messages';
    const one = `${all}/:message`;
    return [
      {
        method: 'POST',
        path: all,
        quota: postQuota,
        handle: (request) => this.payload(this.create(this.channel(request.params.channel, true), request)),
      },
      {
        method: 'PATCH',
        path: one,
        quota: postQuota,
        edits: ({ message }) => message,
        handle: (request) => this.payload(this.edit(this.message(request.params), request)),
      },
      {
        method: 'GET',
        path: one,
        quota: postQuota,
        handle: ({ params }) => this.payload(this.message(params)),
      },
      {
        method: 'DELETE',
        path: one,
        quota: { limit: 5, windowMs: 1000 },
        handle: ({ params }) => {
          this.message(params).deleted = true;
        },
      },
      {
        method: 'POST',
        path: '/channels/:channel/typing',
        quota: postQuota,
        handle: ({ params }) => {
          this.channel(params.channel, true);
        },
      },
    ];
  }
}

/** @throws {ApiError} for a file that is larger than {@link attachmentSizeLimit} */
function checkSizes({ files }: Request): void {
  if (files.some(({ data }) => data.length > attachmentSizeLimit)) throw refuse.tooLarge();
}
