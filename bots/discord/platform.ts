import { type Client, Events, type REST, Status } from 'discord.js';
import { formatNames } from '../../src/export/formats.ts';
import type { ReplyAddress, ReplySurface } from '../../src/reply/surface.ts';
import type { Turn } from '../../src/story/story.ts';
import type { Platform, PlatformContext } from '../platform.ts';
import { platformName } from './address.ts';
import { Bot } from './bot.ts';
import { createClient, createRest } from './client.ts';
import { commandDefinitions } from './definitions.ts';
import { describe } from './errors.ts';
import { guardInteractions } from './guard.ts';
import { answer } from './interactions.ts';
import { logIn, Unreachable } from './login.ts';
import { registerCommands } from './registration.ts';

/** Between tries to reach Discord at the start; after that discord.js connects again by itself. */
const pauseMs = { first: 1_000, longest: 60_000 };

/** Discord, by discord.js: slash commands and buttons in; replies out, through REST alone. */
export class DiscordPlatform implements Platform {
  readonly name = platformName;
  private readonly context: PlatformContext;
  private readonly token: string;
  private readonly rest: REST;
  private readonly bot: Bot;
  private readonly answering = new Set<Promise<void>>();
  private readonly closing = new AbortController();
  private client: Client | undefined;
  private reaching: Promise<void> | undefined;
  private readonly leaving = new AbortController();

  constructor(context: PlatformContext, token: string) {
    this.context = context;
    this.token = token;
    this.rest = createRest(context.config.discord, token);
    this.bot = new Bot(context, this.rest, this.leaving.signal);
  }

  /** Where Discord can't be reached, it goes on trying, and everything else can start meanwhile. */
  async start(): Promise<void> {
    try {
      await this.connect();
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      this.context.logger.warn(`${error.message} Trying again until it can.`);
      this.reaching = this.keepTrying();
    }
  }

  private async keepTrying(): Promise<void> {
    const { clock, logger } = this.context;
    const { signal } = this.closing;
    for (let pause = pauseMs.first; ; pause = Math.min(pause * 2, pauseMs.longest)) {
      await clock.sleep(pause, signal);
      if (signal.aborted) return;
      try {
        return await this.connect();
      } catch (error) {
        if (error instanceof Unreachable) continue;
        return logger.error(describe(error));
      }
    }
  }

  private async connect(): Promise<void> {
    const { config, logger } = this.context;
    const client = createClient(config.discord);
    this.listen(client);
    await logIn(client, this.token, config.discord.apiUrl);
    this.client = client;
    if (this.closing.signal.aborted) return client.destroy();
    await this.register(client);
    logger.info({ shards: client.ws.shards.size, bot: client.user?.username }, 'Discord is ready');
  }

  private listen(client: Client): void {
    const { logger } = this.context;
    const channelNames = guardInteractions(client, (reason) =>
      logger.debug({ reason }, 'an odd interaction was passed over'),
    );
    client.on(Events.InteractionCreate, (interaction) => {
      if (this.leaving.signal.aborted) return;
      const work = answer(this.bot, interaction, channelNames.take(interaction.id));
      this.answering.add(work);
      void work.finally(() => this.answering.delete(work));
    });
    client.on(Events.Error, (error) => logger.warn({ problem: describe(error) }, 'trouble with Discord'));
    client.on(Events.ShardError, (error, shard) =>
      logger.warn({ problem: describe(error), shard }, 'trouble with Discord’s gateway; connecting again'),
    );
    client.on(Events.ShardDisconnect, ({ code }, shard) =>
      logger.error({ code, shard }, 'Discord’s gateway does not take this bot any more'),
    );
  }

  /** Without its commands anew, the bot still serves those that Discord knows. */
  private async register({ application }: Client): Promise<void> {
    const { config, logger } = this.context;
    if (!application) return;
    const definitions = commandDefinitions(formatNames);
    try {
      const isNew = await registerCommands(this.rest, application.id, config.discord.guildId, definitions);
      if (isNew) logger.info({ commands: definitions.length }, 'Discord has new commands');
    } catch (error) {
      logger.error({ problem: describe(error) }, 'Discord did not take the commands');
    }
  }

  async stop(): Promise<void> {
    this.leaving.abort();
    await Promise.all(this.answering);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.reaching;
    await this.client?.destroy();
    this.rest.clearHashSweeper();
    this.rest.clearHandlerSweeper();
  }

  surface(address: ReplyAddress, turn: Turn): ReplySurface {
    return this.bot.surface(address, turn);
  }

  ready(): boolean {
    const shards = this.client?.ws.shards;
    if (!shards || this.leaving.signal.aborted) return false;
    return shards.size > 0 && shards.every(({ status }) => status === Status.Ready);
  }
}
