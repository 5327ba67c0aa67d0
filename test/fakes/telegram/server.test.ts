import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../clock.ts';
import { Person } from './people.ts';
import { TelegramServer } from './server.ts';
import { draftShown, shown } from './view.ts';

let clock: FakeClock;
let server: TelegramServer;
let ada: Person;

beforeEach(async () => {
  clock = new FakeClock();
  server = new TelegramServer(clock);
  await server.listen();
  ada = new Person(server, { first_name: 'Ada' });
});
afterEach(() => server.close());

interface Answer {
  ok: boolean;
  result?: unknown;
  error_code?: number;
  description?: string;
  parameters?: { retry_after: number };
}

async function call(method: string, params: Record<string, unknown> = {}): Promise<Answer> {
  const response = await fetch(`${server.url}/bot${server.token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(params),
  });
  return (await response.json()) as Answer;
}

const send = (text: string, more = {}) => call('sendMessage', { chat_id: ada.user.id, text, ...more });

describe('what the fake Telegram refuses', () => {
  it('a wrong token, an unknown method, a parameter that there is not', async () => {
    const wrong = await fetch(`${server.url}/bot1:nobody/getMe`, { method: 'POST' });
    expect(wrong.status).toBe(401);
    expect(await call('sendTelepathy')).toMatchObject({ error_code: 404 });
    expect(await send('Hello', { nonce: 1 })).toMatchObject({ error_code: 400 });
  });

  it('a text that is empty, too long, or marked up wrongly', async () => {
    expect(await send(' \n ')).toMatchObject({ description: 'Bad Request: message text is empty' });
    expect(await send('🙂'.repeat(2049))).toMatchObject({ description: 'Bad Request: message is too long' });
    expect(await send('🙂'.repeat(2048))).toMatchObject({ ok: true });
    for (const [text, parse_mode] of [
      ['<b>bold', 'HTML'],
      ['<@1>', 'HTML'],
      ['a_b', 'Markdown'],
      ['Well.', 'MarkdownV2'],
    ]) {
      expect((await send(text ?? '', { parse_mode })).description).toContain("can't parse entities");
    }
    const split = await send('🙂', { entities: [{ type: 'bold', offset: 0, length: 1 }] });
    expect(split.description).toContain("can't parse entities");
  });

  it('an edit that changes nothing, or of a message that is not there', async () => {
    await send('Once');
    const edit = (message_id: number, text: string) =>
      call('editMessageText', { chat_id: ada.user.id, message_id, text });
    expect((await edit(1, ' Once ')).description).toContain('message is not modified');
    expect((await edit(9, 'Twice')).description).toBe('Bad Request: message to edit not found');
    expect(await edit(1, 'Twice')).toMatchObject({ ok: true });
    expect(shown(server.world, ada.chat)[0]?.texts.map((t) => t.text)).toEqual(['Once', 'Twice']);
  });

  it('callback data over 64 bytes, a chat or topic that is not there, a person who blocked the bot', async () => {
    const keyboard = (data: string) => ({
      reply_markup: { inline_keyboard: [[{ text: 'Go', callback_data: data }]] },
    });
    expect((await send('Go', keyboard('é'.repeat(33)))).description).toContain('BUTTON_DATA_INVALID');
    expect((await send('Go', { chat_id: 5 })).description).toBe('Bad Request: chat not found');
    expect((await send('Go', { message_thread_id: 7 })).description).toContain('message thread not found');
    ada.blocks();
    expect(await send('Go')).toMatchObject({ error_code: 403 });
  });

  it('what comes too fast for a chat, until the seconds that it names are over', async () => {
    for (let i = 0; i < 3; i++) expect((await send(`${i}`)).ok).toBe(true);
    expect(await send('3')).toMatchObject({ error_code: 429, parameters: { retry_after: 1 } });
    expect(server.transcript.avoidable).toHaveLength(1);
    await clock.advance(1000);
    expect((await send('3')).ok).toBe(true);
  });

  it('a 21st message within a minute in a group, its topics together', async () => {
    const group = server.world.addGroup({ forum: true, topics: [5] });
    for (let i = 0; i < 20; i++) {
      const thread = i % 2 ? { message_thread_id: 5 } : {};
      expect((await call('sendMessage', { chat_id: group.chat.id, text: `${i}`, ...thread })).ok).toBe(true);
      await clock.advance(1000);
    }
    expect(await call('sendMessage', { chat_id: group.chat.id, text: '20' })).toMatchObject({
      error_code: 429,
    });
  });
});

describe('what the fake Telegram does', () => {
  it('tells updates from an offset on, and ousts the older of two pollers', async () => {
    ada.says('one');
    const first = (await call('getUpdates', { timeout: 30 })).result as { update_id: number }[];
    expect(first).toHaveLength(1);
    const waiting = call('getUpdates', { timeout: 30, offset: (first[0]?.update_id ?? 0) + 1 });
    await clock.advance(0);
    while (server.transcript.of('getUpdates').length < 2) await clock.advance(0);
    const second = call('getUpdates', { timeout: 30 });
    expect(await waiting).toMatchObject({ error_code: 409 });
    ada.says('two');
    expect((await second).result).toHaveLength(1);
  });

  it('shows a draft for 30 s, and only in a private chat', async () => {
    const draft = (chat_id: number) =>
      call('sendMessageDraft', { chat_id, draft_id: 3, text: 'Once', can_stop: true });
    expect(await draft(ada.user.id)).toMatchObject({ ok: true });
    expect(draftShown(server.world, ada.chat)).toBe('Once');
    expect(ada.stopsDraft()).toMatchObject({ stopped_message_generation: { draft_id: 3 } });
    await clock.advance(30_000);
    expect(draftShown(server.world, ada.chat)).toBeUndefined();
    const group = server.world.addGroup();
    expect(await draft(group.chat.id)).toMatchObject({ error_code: 400 });
  });

  it('makes links and mentions of bare text, but not inside of code', async () => {
    await send('Ask @everyone or see https://evil.example/x, /stop');
    await send('Ask @everyone', { entities: [{ type: 'code', offset: 4, length: 9 }] });
    const [open, inert] = shown(server.world, ada.chat);
    expect(open?.found.map((entity) => entity.type)).toEqual(['mention', 'url', 'bot_command']);
    expect(inert?.found).toEqual([]);
  });

  it('takes a file as multipart, and fails as it is told to', async () => {
    const form = new FormData();
    form.set('chat_id', String(ada.user.id));
    form.set('document', 'attach://file1');
    form.set('file1', new Blob(['tale\r\n--x']), 'story.txt');
    await fetch(`${server.url}/bot${server.token}/sendDocument`, { method: 'POST', body: form });
    expect(shown(server.world, ada.chat)[0]?.message.document).toMatchObject({
      file_name: 'story.txt',
      file_size: 9,
    });
    server.faults.next({ kind: 'error', code: 502, description: 'Bad Gateway' });
    expect(await send('Hello')).toMatchObject({ error_code: 502 });
    server.faults.next({ kind: 'resetBefore' }, 'sendMessage');
    await expect(send('Hello')).rejects.toThrow();
    expect(server.transcript.of('sendMessage').map((c) => [c.status, c.injected])).toEqual([
      [502, true],
      [0, true],
    ]);
  });
});
