import { type Api, InputFile } from 'grammy';
import type { Clock } from '../../src/ops/clock.ts';
import type { Logger } from '../../src/ops/logger.ts';
import { AccessLost, type ExportFile, MessageGone, RateLimited } from '../../src/reply/surface.ts';
import type { Place } from './address.ts';
import { isThreadGone, isUnmodified, TelegramRefusal } from './errors.ts';
import { Pace, type PaceKind } from './pace.ts';

/** How often a line of our own is tried when Telegram does not answer. */
const deliveryTries = 5;

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

  constructor({ api, clock, logger }: { api: Api; clock: Clock; logger: Logger }) {
    this.api = api;
    this.clock = clock;
    this.logger = logger;
    this.pace = new Pace(clock);
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
      if (error instanceof AccessLost) this.lose(chat, error.message);
      throw error;
    }
  }

  /** Calls until it is done or can't be: waits for its turn, and tries again when there is no answer. Never throws. */
  async deliver<T>(place: Place, call: Call<T>): Promise<T | undefined> {
    this.deliveries += 1;
    const owner = `line ${this.deliveries}`;
    for (let tries = 0; tries < deliveryTries && !this.closing.signal.aborted; ) {
      try {
        return await this.attempt(place, owner, call);
      } catch (error) {
        if (isUnmodified(error) || error instanceof AccessLost || error instanceof MessageGone)
          return undefined;
        const refused = error instanceof TelegramRefusal && error.code < 500;
        if (refused) {
          this.logger.warn({ error: error.message }, 'Telegram refused a line');
          return undefined;
        }
        const limited = error instanceof RateLimited;
        if (!limited) tries += 1;
        await this.clock.sleep(limited ? error.retryAfterMs : 500 * 2 ** tries, this.closing.signal);
      }
    }
    this.logger.warn({ chat: place.chat }, 'A line could not be delivered');
    return undefined;
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
      if (error instanceof AccessLost) this.lose(place.chat, error.message);
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
