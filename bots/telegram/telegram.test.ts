import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/clock.ts';
import { counted } from '../../test/fakes/generator.ts';
import { Person } from '../../test/fakes/telegram/people.ts';
import { TelegramServer } from '../../test/fakes/telegram/server.ts';
import { buttonsOf, draftShown, shown } from '../../test/fakes/telegram/view.ts';
import type { ChatState } from '../../test/fakes/telegram/world.ts';
import { useDatabase } from '../../test/support/database.ts';
import { type Bot, makeBot, runUntil } from '../../test/support/telegram.ts';

const database = useDatabase();
let clock: FakeClock;
let server: TelegramServer;
let ada: Person;
let bot: Bot;

beforeEach(async () => {
  clock = new FakeClock();
  server = new TelegramServer(clock);
  await server.listen();
  ada = new Person(server, { first_name: 'Ada', id: 1000 + Math.floor(Math.random() * 1e9) });
  bot = makeBot({ server, clock, db: database.db });
  await bot.start();
});
afterEach(async () => {
  await bot.stop();
  await server.close();
});

const texts = (chat: ChatState, thread?: number) =>
  shown(server.world, chat, thread).map(({ message }) => message.text ?? '');
const last = (chat: ChatState, thread?: number) => {
  const message = shown(server.world, chat, thread).at(-1);
  if (!message) throw new Error('The bot has said nothing');
  return message;
};
const until = (isDone: () => boolean | Promise<boolean>) => runUntil(clock, isDone);
/** The last message has the buttons of a finished reply. */
const finished = (chat: ChatState, count = 1, thread?: number) =>
  until(() => {
    const messages = shown(server.world, chat, thread);
    return messages.length >= count && buttonsOf(messages.at(-1) as never).includes('Retry');
  });

describe('in a private chat', () => {
  it('a text begins a story, shown as a draft and then as an answer to it', async () => {
    bot.generator.gate = new AbortController();
    const { message } = ada.says('Count:') as { message?: { message_id: number } };
    await until(() => draftShown(server.world, ada.chat) !== undefined);
    expect(texts(ada.chat)).toEqual([]);
    bot.generator.gate.abort();
    await finished(ada.chat);
    expect(texts(ada.chat)).toEqual([counted(1, 20).trim()]);
    expect(last(ada.chat).message.reply_to_message?.message_id).toBe(message?.message_id);
    expect(buttonsOf(last(ada.chat))).toEqual(['Continue', 'Retry', 'Undo']);
    expect(server.transcript.avoidable).toEqual([]);
  });
});
