import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach } from 'vitest';
import { poolOf } from '../../src/storage/connection.ts';
import { FakeClock, isDiskAsked } from '../fakes/clock.ts';
import { Person } from '../fakes/telegram/people.ts';
import { TelegramServer } from '../fakes/telegram/server.ts';
import type { Message, User } from '../fakes/telegram/types.ts';
import { buttonsOf, shown } from '../fakes/telegram/view.ts';
import type { ChatState, StoredMessage } from '../fakes/telegram/world.ts';
import { useDatabase } from './database.ts';
import { type Bot, type BotOptions, makeBot } from './telegram.ts';

/** Chats of this run that no other test file has: their rows are in one database. */
let nextPerson = 1000 + Math.floor(Math.random() * 1e9);

/** A fake Telegram and a bot on it for each test of a file, with what tests like to ask about them. */
export class TelegramRig {
  clock = new FakeClock();
  server = new TelegramServer(this.clock);
  bots: Bot[] = [];
  readonly database = useDatabase();

  get bot(): Bot {
    const bot = this.bots.at(-1);
    if (!bot) throw new Error('There is no bot');
    return bot;
  }

  async open(): Promise<void> {
    this.clock = new FakeClock(Date.now());
    this.server = new TelegramServer(this.clock);
    await this.server.listen();
  }

  async startBot(options: Partial<BotOptions> = {}): Promise<Bot> {
    const { server, clock, database } = this;
    const bot = makeBot({ server, clock, db: database.db, ...options });
    this.bots.push(bot);
    await bot.start();
    return bot;
  }

  /** Stops the newest bot as SIGTERM does. */
  async stopBot(): Promise<void> {
    const stopped = this.bots.pop()?.stop();
    let isDone = false;
    void stopped?.finally(() => {
      isDone = true;
    });
    await this.until(() => isDone);
  }

  async close(): Promise<void> {
    while (this.bots.length > 0) await this.stopBot();
    await this.server.close();
  }

  person(fields: Partial<User> = {}): Person {
    return new Person(this.server, { id: nextPerson++, ...fields });
  }

  /**
   * Lets the clock run until `isDone`. It stands still while the database or the disk is asked: how long that takes is the
   * machine's affair. @throws after `patienceMs` of it
   */
  async until(isDone: () => boolean | Promise<boolean>, patienceMs = 120_000): Promise<void> {
    const pool = poolOf(this.database.db);
    const end = this.clock.now() + patienceMs;
    while (!(await isDone())) {
      if (this.clock.now() > end) throw new Error(`Not done within ${patienceMs} ms of the fake clock`);
      const isIdle = pool.idleCount === pool.totalCount && pool.waitingCount === 0;
      if (isIdle && !isDiskAsked()) await this.clock.advance(50);
      await delay(1);
    }
  }

  messages(chat: ChatState, thread?: number): StoredMessage[] {
    return shown(this.server.world, chat, thread);
  }

  texts(chat: ChatState, thread?: number): string[] {
    return this.messages(chat, thread).map(({ message }) => message.text ?? '');
  }

  last(chat: ChatState, thread?: number): StoredMessage {
    const message = this.messages(chat, thread).at(-1);
    if (!message) throw new Error('The bot has said nothing');
    return message;
  }

  buttons(chat: ChatState, thread?: number): string[] {
    return buttonsOf(this.last(chat, thread));
  }

  /** Waits for `count` messages, the last of them a finished reply. */
  finished(chat: ChatState, count = 1, thread?: number): Promise<void> {
    return this.until(
      () => this.messages(chat, thread).length >= count && this.buttons(chat, thread).includes('Retry'),
    );
  }

  /** Waits for the answer to a press; undefined when it said nothing. */
  async answerTo(queryId: string): Promise<string | undefined> {
    const find = () => this.server.chats.answers.find((answer) => answer.queryId === queryId);
    await this.until(() => find() !== undefined);
    return find()?.text;
  }

  /** Waits until the bot says something new in the chat, and gives it. */
  async saysAfter(chat: ChatState, act: () => unknown, thread?: number): Promise<Message> {
    const before = this.messages(chat, thread).length;
    act();
    await this.until(() => this.messages(chat, thread).length > before);
    return this.last(chat, thread).message;
  }

  /** Gives the bot time for whatever it would do. */
  async pass(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    await this.until(() => this.clock.now() >= end);
  }
}

/** A rig with a bot for each test; `options` are the bot's. */
export function useTelegram(options: Partial<BotOptions> = {}): TelegramRig {
  const rig = new TelegramRig();
  beforeEach(async () => {
    await rig.open();
    await rig.startBot(options);
  });
  afterEach(() => rig.close());
  return rig;
}
