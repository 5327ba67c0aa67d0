import { type Client, Events, Status } from 'discord.js';
import { formatNames } from '../../src/export/formats.ts';
import type { ReplyAddress, ReplySurface } from '../../src/reply/surface.ts';
import type { Turn } from '../../src/story/story.ts';
import type { Platform, PlatformContext } from '../platform.ts';
import { platformName } from './address.ts';
import { Bot } from './bot.ts';
import { createClient } from './client.ts';
import { commandDefinitions } from './definitions.ts';
import { describe } from './errors.ts';
import { guardInteractions } from './guard.ts';
import { answer } from './interactions.ts';
import { logIn } from './login.ts';
import { registerCommands } from './registration.ts';

/** Discord, by discord.js: slash commands and buttons in; replies out, through REST alone. */
export class DiscordPlatform implements Platform {
  readonly name = platformName;
  private readonly context: PlatformContext;
  private readonly token: string;
  private readonly client: Client;
  private readonly bot: Bot;
  private readonly answering = new Set<Promise<void>>();
  private isStopped = false;

  constructor(context: PlatformContext, token: string) {
    this.context = context;
    this.token = token;
    this.client = createClient(context.config.discord);
    // Replies can be written before, and without, a gateway.
    this.client.rest.setToken(token);
    this.bot = new Bot(context, this.client.rest);
    this.listen();
  }

  private listen(): void {
    const { logger } = this.context;
    const channelNames = guardInteractions(this.client, (reason) =>
      logger.debug({ reason }, 'an odd interaction was passed over'),
    );
    this.client.on(Events.InteractionCreate, (interaction) => {
      if (this.isStopped) return;
      const work = answer(this.bot, interaction, channelNames.take(interaction.id));
      this.answering.add(work);
      void work.finally(() => this.answering.delete(work));
    });
    this.client.on(Events.Error, (error) =>
      logger.warn({ problem: describe(error) }, 'trouble with Discord'),
    );
    this.client.on(Events.ShardError, (error, shard) =>
      logger.warn({ problem: describe(error), shard }, 'trouble with Discord’s gateway; connecting again'),
    );
    this.client.on(Events.ShardDisconnect, ({ code }, shard) =>
      logger.error({ code, shard }, 'Discord’s gateway does not take this bot any more'),
    );
  }

  async start(): Promise<void> {
    const { config, logger } = this.context;
    await logIn(this.client, this.token, config.discord.apiUrl);
    await this.register();
    logger.info({ shards: this.client.ws.shards.size, bot: this.client.user?.username }, 'Discord is ready');
  }

  /** Without its commands anew, the bot still serves those that Discord knows. */
  private async register(): Promise<void> {
    const { config, logger } = this.context;
    const { application, rest } = this.client;
    if (!application) return;
    const definitions = commandDefinitions(formatNames);
    try {
      const isNew = await registerCommands(rest, application.id, config.discord.guildId, definitions);
      if (isNew) logger.info({ commands: definitions.length }, 'Discord has new commands');
    } catch (error) {
      logger.error({ problem: describe(error) }, 'Discord did not take the commands');
    }
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all(this.answering);
  }

  async close(): Promise<void> {
    await this.client.destroy();
  }

  surface(address: ReplyAddress, turn: Turn): ReplySurface {
    return this.bot.surface(address, turn);
  }

  ready(): boolean {
    const { shards } = this.client.ws;
    return !this.isStopped && shards.size > 0 && shards.every(({ status }) => status === Status.Ready);
  }
}
