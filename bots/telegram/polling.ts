import { createBatchSink, createRunner, createSource, type RunnerHandle } from '@grammyjs/runner';
import type { Bot, BotError } from 'grammy';
import type { Update } from 'grammy/types';
import type { Clock } from '../../src/ops/clock.ts';
import type { Logger } from '../../src/ops/logger.ts';
import { RateLimited } from '../../src/reply/surface.ts';
import { isBadToken, isConflict } from './errors.ts';
import { wantedUpdates } from './incoming.ts';

const longPollSeconds = 25;
const firstRetryMs = 500;
/** As long as Telegram does not answer, and as long as another process has the bot's updates. */
const longestRetryMs = 15_000;

/**
 * Gets updates and hands each batch to the bot, until it is stopped. The next batch is asked for, and the last one so
 * acknowledged, only when every update of the last one is committed: a killed process loses none.
 */
export class Polling {
  private readonly bot: Bot;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly runner: RunnerHandle;
  private offset = 0;
  /** The offset that Telegram was last told, which acknowledges all before it. */
  private toldOffset = 0;
  private failures = 0;
  private answered = false;

  constructor({ bot, clock, logger }: { bot: Bot; clock: Clock; logger: Logger }) {
    this.bot = bot;
    this.clock = clock;
    this.logger = logger;
    const source = createSource({ supply: (size, signal) => this.supply(size, signal as AbortSignal) });
    const sink = createBatchSink<Update, BotError>(
      { consume: (update) => bot.handleUpdate(update) },
      async (error) => {
        await bot.errorHandler(error);
      },
    );
    this.runner = createRunner(source, sink);
  }

  /** True while Telegram answers. */
  get isUp(): boolean {
    return this.answered;
  }

  start(): void {
    this.runner.start();
  }

  /** Resolves when the updates under way are committed. */
  async stop(): Promise<void> {
    this.answered = false;
    if (!this.runner.isRunning()) return;
    await this.runner.stop();
    await this.acknowledge();
  }

  /** Tells Telegram that the last batch is done, so that nobody gets it again. */
  private async acknowledge(): Promise<void> {
    if (this.toldOffset === this.offset) return;
    const { offset } = this;
    await this.bot.api.getUpdates({ offset, limit: 1, timeout: 0 }).catch((error: Error) => {
      this.logger.debug({ error: error.message }, 'The last updates could not be acknowledged');
    });
  }

  private async supply(size: number, signal: AbortSignal): Promise<Update[]> {
    while (!signal.aborted) {
      try {
        const updates = await this.fetch(size, signal);
        this.failures = 0;
        this.answered = true;
        return updates;
      } catch (error) {
        if (signal.aborted) break;
        this.answered = false;
        await this.clock.sleep(this.pauseAfter(error as Error), signal);
      }
    }
    return [];
  }

  private async fetch(size: number, signal: AbortSignal): Promise<Update[]> {
    const limit = Math.max(1, Math.min(100, size));
    this.toldOffset = this.offset;
    // Until Telegram has answered once, an answer is wanted at once: /ready waits for it.
    const timeout = this.answered ? longPollSeconds : 0;
    const updates = await this.bot.api.getUpdates(
      { offset: this.offset, limit, timeout, allowed_updates: wantedUpdates },
      signal as Parameters<Bot['api']['getUpdates']>[1],
    );
    const last = updates.at(-1)?.update_id;
    if (last !== undefined) this.offset = last + 1;
    return updates;
  }

  /** One line for each time that Telegram stops answering, not for each try. */
  private pauseAfter(error: Error): number {
    this.failures += 1;
    if (this.failures === 1) {
      const why = isConflict(error)
        ? 'another process gets updates with the same TELEGRAM_TOKEN'
        : isBadToken(error)
          ? 'Telegram no longer takes TELEGRAM_TOKEN'
          : error.message;
      this.logger.warn({ why }, 'Telegram gives no updates; trying again');
    }
    if (error instanceof RateLimited) return error.retryAfterMs;
    return Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(this.failures - 1, 10));
  }
}
