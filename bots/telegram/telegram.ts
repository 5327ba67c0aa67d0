import { setMaxListeners } from 'node:events';
import { sequentialize } from '@grammyjs/runner';
import { Bot } from 'grammy';
import type { Logger } from '../../src/ops/logger.ts';
import type { ReplyAddress, ReplySurface } from '../../src/reply/surface.ts';
import type { Turn } from '../../src/story/story.ts';
import type { Platform, PlatformContext } from '../platform.ts';
import { platformName, readAddress } from './address.ts';
import { Background } from './background.ts';
import { ChatClient } from './client.ts';
import { registerCommands } from './command-registry.ts';
import type { BotContext } from './context.ts';
import { DraftSurface } from './drafts.ts';
import { EditSurface } from './edits.ts';
import { isBadToken, translateErrors } from './errors.ts';
import { findTurnId } from './find-turn.ts';
import { Polling } from './polling.ts';
import { Presenter } from './presenter.ts';
import { createRouter, sequenceKey } from './router.ts';

/** Longer than a long poll takes. */
const callTimeoutSeconds = 40;
const retryMs = 5_000;

/**
 * Telegram, through grammY and its runner. A message has no key that Telegram would know a second one by: a process that
 * is killed between sending a message and noting its number sends it once more after its restart.
 */
export class Telegram implements Platform {
  readonly name = platformName;
  private readonly context: PlatformContext;
  private readonly logger: Logger;
  private readonly bot: Bot;
  private readonly client: ChatClient;
  private readonly polling: Polling;
  private readonly presenter: Presenter;
  private readonly background: Background;
  private readonly refusedDrafts = new Set<number>();
  private readonly drafts = new Map<number, string>();
  private readonly stopping = new AbortController();
  private readonly closing = new AbortController();

  constructor(context: PlatformContext, token: string) {
    this.context = context;
    const { clock, config, storyteller } = context;
    setMaxListeners(0, this.closing.signal);
    this.logger = context.logger.child({ platform: platformName });
    const { apiRoot } = config.telegram;
    this.bot = new Bot(token, { client: { apiRoot, timeoutSeconds: callTimeoutSeconds } });
    this.bot.api.config.use(translateErrors);
    this.client = new ChatClient({ api: this.bot.api, clock, logger: this.logger });
    this.background = new Background(this.logger);
    const surfaceFor = (turn: Turn) => this.openSurface(turn.replyAddress, turn);
    this.presenter = new Presenter({ storyteller, clock, surfaceFor, closing: this.closing.signal });
    const route = createRouter(this.botContext());
    this.bot.use(sequentialize((ctx) => sequenceKey(ctx.update)));
    this.bot.use((ctx) => route(ctx.update));
    this.bot.catch(({ error }) => this.logger.error({ error }, 'An update could not be handled'));
    this.polling = new Polling({ bot: this.bot, clock, logger: this.logger });
  }

  async start(): Promise<void> {
    if (await this.meet()) this.serve();
    else this.background.run(() => this.meetLater());
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.polling.stop();
  }

  async close(): Promise<void> {
    await this.stop();
    this.client.close();
    this.closing.abort();
    await this.background.settled();
  }

  ready(): boolean {
    return this.polling.isUp;
  }

  surface(address: ReplyAddress, turn: Turn): ReplySurface {
    this.presenter.giveWay(turn);
    return this.openSurface(address, turn);
  }

  private openSurface(replyAddress: ReplyAddress, turn: Turn): ReplySurface {
    const address = readAddress(replyAddress);
    const { client, drafts, refusedDrafts: refused } = this;
    const options = { client, address, turnId: turn.id };
    if (!address.private) return new EditSurface(options);
    const { clock } = this.context;
    return new DraftSurface({ ...options, clock, drafts, refused, closing: this.closing.signal });
  }

  private botContext(): BotContext {
    const { storyteller, clock, admin, config, database } = this.context;
    return {
      storyteller,
      client: this.client,
      clock,
      logger: this.logger,
      admin,
      admins: config.admin.admins,
      me: () => this.bot.botInfo,
      drafts: this.drafts,
      findTurnId: (channel, messageId) => findTurnId(database, channel, messageId),
      present: (outcome) => this.presenter.present(outcome),
      background: (work) => this.background.run(work),
    };
  }

  /** Asks Telegram who the bot is; false when it does not answer. @throws when it does not know the token */
  private async meet(): Promise<boolean> {
    try {
      this.bot.botInfo = await this.bot.api.getMe();
      await this.bot.api.deleteWebhook();
      return true;
    } catch (error) {
      if (isBadToken(error)) throw new Error(badToken);
      this.logger.warn({ why: (error as Error).message }, 'Telegram does not answer; trying again');
      return false;
    }
  }

  private async meetLater(): Promise<void> {
    for (;;) {
      await this.context.clock.sleep(retryMs, this.stopping.signal);
      if (this.stopping.signal.aborted) return;
      if (await this.meet()) return this.serve();
    }
  }

  private serve(): void {
    this.polling.start();
    this.logger.info({ bot: this.bot.botInfo.username }, 'Telegram bot ready');
    this.background.run(() => this.register());
  }

  private async register(): Promise<void> {
    for (let pause = retryMs; !this.stopping.signal.aborted; pause *= 2) {
      try {
        const changed = await registerCommands(this.bot.api);
        return this.logger.debug({ changed }, 'Telegram has the commands');
      } catch (error) {
        this.logger.warn(
          { why: (error as Error).message },
          'The commands could not be registered; trying again',
        );
        await this.context.clock.sleep(pause, this.stopping.signal);
      }
    }
  }
}

const badToken = 'Telegram does not know TELEGRAM_TOKEN: copy it again from @BotFather.';
