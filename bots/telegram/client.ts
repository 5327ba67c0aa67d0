import { setMaxListeners } from 'node:events';
import { type Api, InputFile } from 'grammy';
import type { Clock } from '../../src/ops/clock.ts';
import type { Logger } from '../../src/ops/logger.ts';
import { AccessLost, type ExportFile, MessageGone, RateLimited } from '../../src/reply/surface.ts';
import type { Place } from './address.ts';
import { isChatLost, isThreadGone, isUnmodified, TelegramRefusal } from './errors.ts';
import { Pace, type PaceKind } from './pace.ts';

/** How often a line of our own is tried when Telegram does not answer. */
const deliveryTries = 5;
/** Lines that may wait for one chat's pace: whoever asks faster than that gets no answer to what comes after. */
const mostWaiting = 20;

/** A call in a place: gets `message_thread_id`, where the place is a topic. */
type Call<T> = (thread: { message_thread_id?: number }) => Promise<T>;

/** Calls to Telegram in a chat, at the chat's pace, and none where the bot is not let in any more. */
export class ChatClient {
  readonly api: Api;
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly pace: Pace;
  private readonly lost = new Set<number>();
  private readonly closing = new AbortController();
  private deliveries = 0;
  /** Lines that wait, by chat. */
  private readonly waiting = new Map<number, number>();

  constructor({ api, clock, logger }: { api: Api; clock: Clock; logger: Logger }) {
    this.api = api;
    this.clock = clock;
    this.logger = logger;
    this.pace = new Pace(clock);
    setMaxListeners(0, this.closing.signal);
  }

  /**
   * Calls once. `owner` names who asks, so that each gets its turn in a busy chat.
   * @throws {RateLimited} without calling when it is too early, and what the port throws otherwise
   */
  async attempt<T>(place: Place, owner: string, call: Call<T>, kind?: PaceKind): Promise<T> {
    const { chat } = place;
    if (this.lost.has(chat)) throw new AccessLost(`chat ${chat} is out of reach`);
    const paceKind = kind ?? (place.private ? 'private' : 'group');
    const wait = this.pace.take(paceKind, chat, owner);
    if (wait > 0) throw new RateLimited(wait);
    try {
      return await this.inThread(place, call);
    } catch (error) {
      if (error instanceof RateLimited) this.pace.block(paceKind, chat, error.retryAfterMs);
      if (isChatLost(error)) this.lose(chat, error.message);
      throw error;
    }
  }

  /** Calls until it is done or can't be: waits for its turn, and tries again when there is no answer. Never throws. */
  async deliver(place: Place, call: Call<unknown>): Promise<void> {
    const before = this.waiting.get(place.chat) ?? 0;
    if (before >= mostWaiting)
      return this.logger.debug({ chat: place.chat }, 'Too many lines wait for a chat');
    this.waiting.set(place.chat, before + 1);
    try {
      await this.tryToDeliver(place, call);
    } finally {
      const left = (this.waiting.get(place.chat) ?? 1) - 1;
      if (left > 0) this.waiting.set(place.chat, left);
      else this.waiting.delete(place.chat);
    }
  }

  private async tryToDeliver(place: Place, call: Call<unknown>): Promise<void> {
    this.deliveries += 1;
    const owner = `line ${this.deliveries}`;
    for (let tries = 0; tries < deliveryTries && !this.closing.signal.aborted; ) {
      try {
        await this.attempt(place, owner, call);
        return;
      } catch (error) {
        if (isUnmodified(error) || error instanceof AccessLost || error instanceof MessageGone) return;
        const refused = error instanceof TelegramRefusal && error.code < 500;
        if (refused) {
          this.logger.warn({ error: error.message }, 'Telegram refused a line');
          return;
        }
        const limited = error instanceof RateLimited;
        if (!limited) tries += 1;
        await this.clock.sleep(limited ? error.retryAfterMs : 500 * 2 ** tries, this.closing.signal);
      }
    }
    if (!this.closing.signal.aborted) this.logger.warn({ chat: place.chat }, 'A line could not be delivered');
  }

  /** Sends a file, in its time. */
  async sendFile(place: Place, file: ExportFile): Promise<void> {
    const document = new InputFile(file.data, fileName(file));
    await this.deliver(place, (thread) => this.api.sendDocument(place.chat, document, thread));
  }

  /** A call that nobody misses when it fails, and that counts for no budget. */
  async whisper(place: Place, call: Call<unknown>): Promise<void> {
    if (this.lost.has(place.chat)) return;
    try {
      await this.inThread(place, call);
    } catch (error) {
      if (isChatLost(error)) this.lose(place.chat, error.message);
      else this.logger.debug({ error: (error as Error).message }, 'A passing call to Telegram failed');
    }
  }

  /** The bot is out of the chat: nothing more is sent there until somebody there is heard of. */
  lose(chat: number, why: string): void {
    if (this.lost.has(chat)) return;
    this.lost.add(chat);
    this.logger.info({ chat, why }, 'A Telegram chat is out of reach');
  }

  /** Somebody in the chat was heard of. */
  find(chat: number): void {
    this.lost.delete(chat);
  }

  close(): void {
    this.closing.abort();
  }

  /** A topic that was deleted: what was meant for it goes to the chat. */
  private async inThread<T>({ thread }: Place, call: Call<T>): Promise<T> {
    if (thread === undefined) return call({});
    try {
      return await call({ message_thread_id: thread });
    } catch (error) {
      if (!isThreadGone(error)) throw error;
      return call({});
    }
  }
}

/** A name that is safe in the header that carries it. */
export const fileName = (file: ExportFile): string =>
  file.name.replace(/[^\p{L}\p{N} ._-]/gu, '_').slice(0, 100);
