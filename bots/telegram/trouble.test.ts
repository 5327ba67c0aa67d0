import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { counted } from '../../test/fakes/generator.ts';
import { makeBot } from '../../test/support/telegram.ts';
import { useTelegram } from '../../test/support/telegram-rig.ts';

const lines: { level: number; msg: string; [field: string]: unknown }[] = [];
const logger = pino({ level: 'trace' }, { write: (line: string) => lines.push(JSON.parse(line)) });
const rig = useTelegram({ logger });
const tale = counted(1, 20).trim();

beforeEach(() => {
  lines.length = 0;
});

describe('polling', () => {
  it.each([
    ['a server error', { kind: 'error', code: 502, description: 'Bad Gateway' }],
    ['a cut connection', { kind: 'resetBefore' }],
    ['too many requests', { kind: 'tooMany', retryAfter: 3 }],
    ['a conflict', { kind: 'error', code: 409, description: 'Conflict: terminated by other getUpdates' }],
    ['a token that was revoked', { kind: 'error', code: 401, description: 'Unauthorized' }],
  ] as const)('goes on after %s, with one line in the log', async (_, fault) => {
    const ada = rig.person();
    rig.server.faults.next(fault, 'getUpdates', 4);
    ada.says('/help');
    await rig.until(() => !rig.bot.platform.ready());
    ada.says('Count:');
    await rig.finished(ada.chat, 2);
    expect(rig.bot.platform.ready()).toBe(true);
    expect(lines.filter(({ level }) => level >= 40)).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toContain(rig.server.token);
  });

  it('acknowledges updates only when they are committed, and each once', async () => {
    const ada = rig.person();
    ada.says('Count:');
    await rig.finished(ada.chat);
    expect(rig.server.polling.unacknowledged).toEqual([]);
    const told = rig.server.transcript.of('getUpdates').at(-1)?.params;
    expect(told).toMatchObject({ allowed_updates: expect.arrayContaining(['stopped_message_generation']) });
  });
});

describe('a start', () => {
  it('with a wrong token ends with one sentence that says what to do', async () => {
    const { server, clock, database } = rig;
    const env = { TELEGRAM_TOKEN: '123:wrong' };
    const bot = makeBot({ server, clock, db: database.db, env });
    await expect(bot.platform.start()).rejects.toThrow(
      'Telegram does not know TELEGRAM_TOKEN: copy it again from @BotFather.',
    );
    await bot.platform.close();
  });

  it('while Telegram is away is made up for later', async () => {
    await rig.stopBot();
    rig.server.faults.next({ kind: 'resetBefore' }, 'getMe', 3);
    await rig.startBot({ logger });
    expect(rig.bot.platform.ready()).toBe(false);
    const ada = rig.person();
    ada.says('Count:');
    await rig.finished(ada.chat);
    expect(rig.texts(ada.chat)).toEqual([tale]);
    expect(JSON.stringify(lines)).not.toContain(rig.server.token);
  });

  it('takes the updates that a webhook kept', async () => {
    await rig.stopBot();
    rig.server.polling.webhook = true;
    await rig.startBot();
    const ada = rig.person();
    await rig.saysAfter(ada.chat, () => ada.says('/help'));
  });
});

describe('a chat that the bot may not write to', () => {
  it('is noted once and left alone, the story kept, until the person is back', async () => {
    const ada = rig.person();
    rig.bot.generator.gate = new AbortController();
    ada.says('Count:');
    await rig.until(() => ada.chat.draft !== undefined);
    ada.blocks();
    rig.bot.generator.gate.abort();
    const ended = () => lines.some(({ msg }) => msg === 'turn ended');
    await rig.until(ended);
    const calls = rig.server.transcript.calls.filter(({ chatId }) => chatId === ada.user.id).length;
    await rig.pass(120_000);
    expect(rig.server.transcript.calls.filter(({ chatId }) => chatId === ada.user.id)).toHaveLength(calls);
    expect(lines.filter(({ msg }) => msg.includes('out of reach'))).toHaveLength(1);
    expect(lines.find(({ msg }) => msg === 'turn ended')).toMatchObject({ state: 'finished', tokens: 20 });
    ada.unblocks();
    ada.says('/continue');
    rig.bot.generator.last = 25;
    await rig.finished(ada.chat);
    expect(rig.texts(ada.chat)).toEqual([counted(21, 25).trim()]);
  });

  it('may be a group that it was thrown out of', async () => {
    const chat = rig.server.world.addGroup();
    rig.bot.generator.gate = new AbortController();
    rig.person().says('/story Count:', { chat });
    await rig.until(() => rig.messages(chat).length === 1);
    chat.bot = 'kicked';
    rig.bot.generator.gate.abort();
    await rig.until(() =>
      lines.some(({ msg, delivery }) => msg === 'turn ended' && delivery === 'undeliverable'),
    );
    expect(lines.filter(({ level }) => level >= 50)).toEqual([]);
  });
});

describe('a place in a chat that the bot may not write to', () => {
  it('keeps no story elsewhere in the chat from being told', async () => {
    const chat = rig.server.world.addGroup({ forum: true, topics: [5, 6] });
    const ada = rig.person();
    rig.bot.generator.gate = new AbortController();
    ada.says('/story Count:', { chat, thread: 5 });
    await rig.until(() => rig.messages(chat, 5).length === 1);
    rig.server.faults.next(
      { kind: 'error', code: 400, description: 'Bad Request: TOPIC_CLOSED' },
      'sendMessage',
    );
    ada.says('/undo', { chat, thread: 6 });
    await rig.until(() => rig.server.transcript.of('sendMessage').length === 2);
    rig.bot.generator.gate.abort();
    await rig.finished(chat, 1, 5);
    expect(rig.texts(chat, 5)).toEqual([tale]);
  });

  it('may be closed to files alone', async () => {
    const chat = rig.server.world.addGroup();
    const ada = rig.person();
    ada.says('/story Count:', { chat });
    await rig.finished(chat);
    rig.bot.generator.gate = new AbortController();
    ada.says('/story Count:', { chat });
    await rig.until(() => rig.messages(chat).length === 2);
    const description = 'Bad Request: not enough rights to send documents to the chat';
    rig.server.faults.next({ kind: 'error', code: 400, description }, 'sendDocument');
    ada.says('/export text', { chat });
    await rig.until(() => rig.server.transcript.of('sendDocument').length === 1);
    rig.bot.generator.gate.abort();
    await rig.finished(chat, 2);
    expect(rig.texts(chat)).toEqual([tale, tale]);
  });
});

describe('a message', () => {
  it('that somebody deletes while it is written comes again', async () => {
    const chat = rig.server.world.addGroup();
    rig.bot.generator.gate = new AbortController();
    rig.person().says('/story Count:', { chat });
    await rig.until(() => rig.messages(chat).length === 1);
    rig.last(chat).deleted = true;
    rig.bot.generator.gate.abort();
    await rig.finished(chat);
    expect(rig.texts(chat)).toEqual([tale]);
  });

  it('that Telegram asks to wait for is sent after that, and not before', async () => {
    const ada = rig.person();
    rig.server.faults.next({ kind: 'tooMany', retryAfter: 17 }, 'sendMessage');
    ada.says('Count:');
    await rig.finished(ada.chat);
    const [refused, sent] = rig.server.transcript.of('sendMessage');
    expect((sent?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(17_000);
  });

  it('whose answer got lost may come twice, and the story is whole in one of them', async () => {
    const ada = rig.person();
    rig.server.faults.next({ kind: 'resetAfter' }, 'sendMessage');
    ada.says('Count:');
    await rig.until(() => rig.messages(ada.chat).length === 2);
    await rig.finished(ada.chat);
    expect(rig.texts(ada.chat).at(-1)).toBe(tale);
  });
});
