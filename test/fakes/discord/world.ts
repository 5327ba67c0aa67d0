import type { Clock } from '../../../src/ops/clock.ts';

/** Discord's channel types that the fake knows: a guild's text channel, a DM, a group DM, a public thread. */
export type ChannelType = 0 | 1 | 3 | 11;

/** What the bot may do in a channel; `none`: it is not there (a guild or group that it is no member of). */
export type BotAccess = 'full' | 'readonly' | 'none';

export interface FakeChannel {
  id: string;
  type: ChannelType;
  name: string;
  guildId?: string;
  parentId?: string;
  access: BotAccess;
  /** A thread that nobody wrote in for long: a post opens it again, and nothing else works before. */
  archived: boolean;
}

export interface FakeUser {
  id: string;
  username: string;
}

export interface FakeFile {
  name: string;
  data: Uint8Array;
}

/** One state that a message was in, as people saw it. */
export interface MessageState {
  at: number;
  content: string;
  components: unknown[];
}

export interface FakeMessage extends MessageState {
  id: string;
  channelId: string;
  authorId: string;
  flags: number;
  files: FakeFile[];
  nonce?: string;
  /** The interaction that it answers; its token may edit it. */
  interactionId?: string;
  /** Who can see it, where it is ephemeral. */
  onlyFor?: string;
  /** Users, roles and `everyone` that were notified. */
  pinged: string[];
  embedded: string[];
  deleted: boolean;
  history: MessageState[];
}

const discordEpoch = 1_420_070_400_000;

/** All that the fake Discord knows of: places, people and messages. */
export class World {
  readonly channels = new Map<string, FakeChannel>();
  readonly guilds = new Map<string, { id: string; installed: boolean }>();
  readonly users = new Map<string, FakeUser>();
  readonly messages = new Map<string, FakeMessage>();
  readonly bot: FakeUser;
  readonly applicationId: string;
  private readonly clock: Clock;
  private sequence = 0n;

  constructor(clock: Clock) {
    this.clock = clock;
    this.applicationId = this.snowflake();
    this.bot = { id: this.applicationId, username: 'storyteller' };
  }

  snowflake(): string {
    this.sequence += 1n;
    return String((BigInt(this.clock.now() - discordEpoch) << 22n) + (this.sequence & 0x3fffffn));
  }

  addUser(username: string): FakeUser {
    const user = { id: this.snowflake(), username };
    this.users.set(user.id, user);
    return user;
  }

  /** A server; `installed: false` is one that the bot is no member of (its people installed it for themselves). */
  addGuild({ installed = true } = {}): string {
    const id = this.snowflake();
    this.guilds.set(id, { id, installed });
    return id;
  }

  addChannel(channel: Partial<Omit<FakeChannel, 'id'>> = {}): FakeChannel {
    const guildId =
      channel.type === 1 || channel.type === 3 ? undefined : (channel.guildId ?? this.addGuild());
    const foreign = channel.type === 3 || (guildId !== undefined && !this.guilds.get(guildId)?.installed);
    const made: FakeChannel = {
      id: this.snowflake(),
      type: channel.type ?? 0,
      name: channel.name ?? 'tales',
      archived: false,
      access: channel.access ?? (foreign ? 'none' : 'full'),
      ...(guildId ? { guildId } : {}),
      ...(channel.parentId ? { parentId: channel.parentId } : {}),
    };
    this.channels.set(made.id, made);
    return made;
  }

  /** The messages of a channel that `userId` sees, oldest first. */
  messagesIn(channelId: string, userId?: string): FakeMessage[] {
    return [...this.messages.values()].filter(
      (message) =>
        message.channelId === channelId &&
        !message.deleted &&
        (!message.onlyFor || message.onlyFor === userId),
    );
  }
}
