import { describe, expect, it } from 'vitest';
import { erase } from '../../src/export/erase.ts';
import { counted } from '../../test/fakes/generator.ts';
import type { Message } from '../../test/fakes/telegram/types.ts';
import { draftShown } from '../../test/fakes/telegram/view.ts';
import { useTelegram } from '../../test/support/telegram-rig.ts';

const rig = useTelegram();
const tale = (from: number, to: number) => counted(from, to).trim();

describe('a private chat', () => {
  it('begins a story with a text: a draft first, then an answer to the text', async () => {
    const ada = rig.person();
    rig.bot.generator.gate = new AbortController();
    const { message } = ada.says('Count:') as { message?: { message_id: number } };
    await rig.until(() => draftShown(rig.server.world, ada.chat) !== undefined);
    expect(rig.texts(ada.chat)).toEqual([]);
    rig.bot.generator.gate.abort();
    await rig.finished(ada.chat);
    expect(rig.texts(ada.chat)).toEqual([tale(1, 20)]);
    expect(rig.last(ada.chat).message.reply_to_message?.message_id).toBe(message?.message_id);
    expect(rig.buttons(ada.chat)).toEqual(['Continue', 'Retry', 'Undo']);
    expect(rig.server.transcript.of('editMessageText')).toEqual([]);
    expect(rig.server.transcript.avoidable).toEqual([]);
  });

  it('keeps a draft from fading while the storyteller thinks', async () => {
    const ada = rig.person();
    rig.bot.generator.gate = new AbortController();
    ada.says('Count:');
    await rig.until(() => ada.chat.draft !== undefined);
    for (let second = 0; second < 100; second++) {
      await rig.pass(1000);
      expect(draftShown(rig.server.world, ada.chat)).toBe('Thinking…');
    }
    rig.bot.generator.gate.abort();
    await rig.finished(ada.chat);
    await rig.pass(40_000);
    expect(ada.chat.draft).toBeUndefined();
  });

  it('sees no more of a draft whose person is forgotten', async () => {
    const ada = rig.person();
    rig.bot.generator.gate = new AbortController();
    ada.says('Count:');
    await rig.until(() => ada.chat.draft !== undefined);
    await erase(rig.database.db, { kind: 'author', reference: `telegram:${ada.user.id}` }, 'test');
    await rig.pass(60_000);
    expect(draftShown(rig.server.world, ada.chat)).toBeUndefined();
  });

  it('stops by the draft’s own Stop, and by /stop, keeping what was written', async () => {
    const ada = rig.person();
    rig.bot.generator.gate = new AbortController();
    ada.says('Count:');
    ada.says('Wait:');
    await rig.until(() => ada.chat.draft !== undefined);
    ada.stopsDraft();
    await rig.finished(ada.chat);
    expect(rig.texts(ada.chat)).toEqual(['Stopped.']);
    await rig.until(() => ada.chat.draft !== undefined);
    ada.says('/stop');
    await rig.finished(ada.chat, 2);
    expect(rig.texts(ada.chat)).toEqual(['Stopped.', 'Stopped.']);
  });

  it('falls back to edits at the first refusal of a draft, and remembers', async () => {
    const ada = rig.person();
    ada.chat.takesDrafts = false;
    ada.says('Count:');
    await rig.finished(ada.chat);
    ada.says('Count once more:');
    await rig.finished(ada.chat, 2);
    expect(rig.texts(ada.chat)).toEqual([tale(1, 20), tale(1, 20)]);
    expect(rig.server.transcript.of('sendMessageDraft')).toHaveLength(1);
    expect(rig.server.transcript.avoidable).toEqual([]);
  });

  it('goes on from a part of a story that is answered', async () => {
    const ada = rig.person();
    ada.says('Count:');
    await rig.finished(ada.chat);
    const first = rig.last(ada.chat).message;
    ada.says('Count from elsewhere:');
    await rig.finished(ada.chat, 2);
    rig.bot.generator.last = 25;
    ada.says('And on', { replyTo: first });
    await rig.finished(ada.chat, 3);
    expect(rig.bot.generator.requests.at(-1)?.prompt).toMatchObject({
      text: `Count:${counted(1, 20)}\n\nAnd on`,
    });
  });

  it('begins a story with an answer to a line that is no story', async () => {
    const ada = rig.person();
    const help = await rig.saysAfter(ada.chat, () => ada.says('/help'));
    ada.says('Count:', { replyTo: help });
    await rig.finished(ada.chat, 2);
    expect(rig.texts(ada.chat).at(-1)).toBe(tale(1, 20));
  });

  it('spreads a long story over messages, the buttons under the last', async () => {
    const ada = rig.person();
    rig.bot.generator.last = 1500;
    ada.says('/settings length 4096');
    await rig.until(() => rig.messages(ada.chat).length === 1);
    ada.says('Count:');
    await rig.until(() => rig.messages(ada.chat).length >= 3 && rig.buttons(ada.chat).includes('Retry'));
    const parts = rig.texts(ada.chat).slice(1);
    expect(parts.join(' ')).toBe(tale(1, 1500));
    expect(rig.messages(ada.chat)[1]?.message.reply_markup).toBeUndefined();
  });

  it('takes a topic of a private chat for a channel of its own', async () => {
    const ada = rig.person();
    ada.chat.topics.add(9);
    ada.says('Count:', { thread: 9 });
    await rig.finished(ada.chat, 1, 9);
    expect(rig.texts(ada.chat, 9)).toEqual([tale(1, 20)]);
    const refused = await rig.saysAfter(ada.chat, () => ada.says('/continue'));
    expect(refused.text).toBe('There is no story here yet. Begin one first.');
  });
});

describe('what is no typed text', () => {
  it('gets one friendly line in a private chat, an album too, and an edited message none', async () => {
    const ada = rig.person();
    for (const content of [{ photo: [] }, { photo: [] }, { sticker: {} }, { voice: {} }]) ada.sends(content);
    ada.sends({ text: 'forwarded', forward_origin: { type: 'hidden_user' } });
    await rig.until(() => rig.messages(ada.chat).length > 0);
    ada.edits([...ada.chat.messages.values()][0]?.message as Message, 'edited');
    ada.sends({ new_chat_title: 'service message' });
    await rig.pass(5000);
    expect(rig.texts(ada.chat)).toEqual([
      'I can only read text that you type yourself. Type how a story begins, and I write on.',
    ]);
    expect(rig.bot.generator.requests).toEqual([]);
  });
});
