import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/ops/clock.ts';
import { CountingService } from '../../test/fakes/counting-service.ts';
import { counted } from '../../test/fakes/generator.ts';
import { Person } from '../../test/fakes/telegram/people.ts';
import { TelegramServer } from '../../test/fakes/telegram/server.ts';
import { buttonsOf, draftShown, shown } from '../../test/fakes/telegram/view.ts';
import type { ChatState } from '../../test/fakes/telegram/world.ts';
import { useDatabase } from '../../test/support/database.ts';
import { soon } from '../../test/support/soon.ts';
import { StorytellerProcess } from '../../test/support/storyteller.ts';

const database = useDatabase();
const service = new CountingService();
let server: TelegramServer;
let ada: Person;
let running: StorytellerProcess[] = [];

/** The built program's own bot, as `storyteller telegram` runs it. */
async function startBot(generator: string): Promise<StorytellerProcess> {
  const bot = new StorytellerProcess('telegram', {
    DATABASE_URL: database.url,
    TELEGRAM_TOKEN: server.token,
    TELEGRAM_API_ROOT: server.url,
    GENERATOR_URL: generator,
    LOG_LEVEL: 'debug',
  });
  running.push(bot);
  await bot.line(({ msg }) => msg === 'Telegram bot ready');
  return bot;
}

let generator: string;

beforeEach(async () => {
  service.last = 60;
  service.heldAt = 30;
  generator = await service.start();
  server = new TelegramServer(systemClock);
  await server.listen();
  ada = new Person(server, { id: 1000 + Math.floor(Math.random() * 1e9) });
});
afterEach(async () => {
  await Promise.all(running.map((bot) => bot.end('SIGTERM')));
  running = [];
  await server.close();
  await service.stop();
});

const texts = (chat: ChatState) => shown(server.world, chat).map(({ message }) => message.text ?? '');

/** The messages that are stored with the only turn there is. */
async function savedRefs(): Promise<unknown> {
  const turns = database.db.selectFrom('turns').select('message_refs').where('state', '=', 'writing');
  return (await turns.executeTakeFirstOrThrow()).message_refs;
}

function finished(chat: ChatState): void {
  const last = shown(server.world, chat).at(-1);
  expect(last && buttonsOf(last)).toContain('Retry');
}

describe('the bot, killed in the middle of a story and started again', () => {
  it('goes on in the same message of a group, every word once, and its old buttons work', async () => {
    const bot = await startBot(generator);
    const chat = server.world.addGroup();
    ada.says('/story Count:', { chat });
    await soon(() => expect(texts(chat)[0]).toContain('1 2 3'));
    // Who is killed before the message is saved posts it once more: Telegram knows no nonce.
    await soon(async () => expect(await savedRefs()).toHaveLength(1));
    await bot.end('SIGKILL');
    service.heldAt = undefined;
    await startBot(generator);
    await soon(() => finished(chat));
    expect(texts(chat)).toEqual([counted(1, 60).trim()]);
    expect(service.prompts.length).toBeGreaterThan(1);
    expect(server.transcript.overlapping).toEqual([]);

    service.last = 65;
    const [story] = shown(server.world, chat);
    if (!story) throw new Error('There is no story');
    ada.presses(story, 'Continue');
    await soon(() => expect(texts(chat)).toHaveLength(2));
    await soon(() => finished(chat));
    expect(texts(chat)[1]).toBe(counted(61, 65).trim());
  });

  it('goes on with the same draft of a private chat', async () => {
    const bot = await startBot(generator);
    ada.says('Count:');
    await soon(() => expect(draftShown(server.world, ada.chat)).toContain('1 2 3'));
    const draft = ada.chat.draft?.id;
    await bot.end('SIGKILL');
    service.heldAt = undefined;
    await startBot(generator);
    await soon(() => finished(ada.chat));
    expect(texts(ada.chat)).toEqual([counted(1, 60).trim()]);
    const ids = server.transcript.of('sendMessageDraft', ada.user.id).map(({ params }) => params.draft_id);
    expect(new Set(ids)).toEqual(new Set([draft]));
  });

  it('has lost no update that it was told of before', async () => {
    const bot = await startBot(generator);
    for (let n = 0; n < 5; n++) ada.says(`Count ${n}:`);
    await bot.end('SIGKILL');
    service.last = 3;
    await startBot(generator);
    await soon(() => expect(texts(ada.chat)).toHaveLength(5));
    await soon(() => finished(ada.chat));
  });
});

it('tells its secrets to no log, whatever fails', async () => {
  for (const method of ['getMe', 'getUpdates', 'sendMessageDraft', 'sendMessage', 'getMyCommands']) {
    server.faults.next({ kind: 'resetBefore' }, method);
  }
  service.last = 10;
  const bot = await startBot(generator);
  ada.says('Count:');
  await soon(() => finished(ada.chat));
  expect(await bot.end('SIGTERM')).toBe(0);
  expect(JSON.stringify(bot.lines) + bot.stderr).not.toContain(server.token);
});
