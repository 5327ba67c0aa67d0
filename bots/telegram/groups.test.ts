import { describe, expect, it } from 'vitest';
import { counted } from '../../test/fakes/generator.ts';
import type { Message } from '../../test/fakes/telegram/types.ts';
import { useTelegram } from '../../test/support/telegram-rig.ts';

const rig = useTelegram();
const tale = counted(1, 20).trim();

describe('a group', () => {
  it.each(['/story Count:', '/story@StoryFakeBot Count:', '@StoryFakeBot Count:', 'Count: @storyfakebot'])(
    'begins a story with “%s”',
    async (text) => {
      const chat = rig.server.world.addGroup();
      rig.person().says(text, { chat });
      await rig.finished(chat);
      expect(rig.bot.generator.requests[0]?.prompt).toEqual({ kind: 'text', text: 'Count:' });
      expect(rig.texts(chat)).toEqual([tale]);
      expect(rig.server.transcript.of('sendMessageDraft')).toEqual([]);
    },
  );

  it('goes on with an answer to a story, without drafts, one edit in 3.6 s', async () => {
    const chat = rig.server.world.addGroup();
    const ada = rig.person();
    ada.says('/story Count:', { chat });
    await rig.finished(chat);
    rig.bot.generator.last = 30;
    ada.says('And on', { chat, replyTo: rig.last(chat).message });
    await rig.finished(chat, 2);
    expect(rig.bot.generator.requests.at(-1)?.prompt).toMatchObject({
      text: `Count:${counted(1, 20)}\n\nAnd on`,
    });
    expect(rig.server.transcript.avoidable).toEqual([]);
  });

  it('is left alone by talk, other bots’ commands, photos, and joins', async () => {
    const chat = rig.server.world.addGroup();
    const ada = rig.person();
    ada.says('Hello everybody', { chat });
    ada.says('/story@AnotherBot Count:', { chat });
    ada.says('/unknown', { chat });
    ada.says('mail@StoryFakeBot.example and @StoryFakeBotany', { chat });
    ada.sends({ photo: [], caption: '@StoryFakeBot look' }, { chat });
    ada.sends({ new_chat_members: [] }, { chat });
    await rig.pass(5000);
    expect(rig.texts(chat)).toEqual([]);
  });

  it('says how a story begins when the mention is all there is', async () => {
    const chat = rig.server.world.addGroup();
    const said = await rig.saysAfter(chat, () => rig.person().says('@StoryFakeBot', { chat }));
    expect(said.text).toBe('Type how the story begins, for example: In a city under the sea,');
  });

  it('does not take the thread of an answer for a topic', async () => {
    const chat = rig.server.world.addGroup();
    const ada = rig.person();
    ada.says('/story Count:', { chat });
    await rig.finished(chat);
    // Answers in ordinary groups have a thread as well.
    const root = rig.last(chat).message;
    ada.sends({ text: '/continue', message_thread_id: root.message_id }, { chat });
    await rig.finished(chat, 2);
    expect(rig.server.transcript.of('sendMessage').some((call) => 'message_thread_id' in call.params)).toBe(
      false,
    );
  });

  it('lets only administrators change settings and clear', async () => {
    const chat = rig.server.world.addGroup();
    const [ada, bob, eve] = [rig.person(), rig.person(), rig.person()];
    chat.members.set(bob.user.id, 'administrator');
    const refusal = 'Only administrators of this group may change that.';
    for (const text of ['/settings temperature 0.5', '/clear']) {
      expect((await rig.saysAfter(chat, () => ada.says(text, { chat }))).text).toBe(refusal);
    }
    const changed = await rig.saysAfter(chat, () => bob.says('/settings temperature 0.5', { chat }));
    expect(changed.text).toContain('Temperature: 0.5');
    const query = eve.presses(rig.last(chat), 'Defaults');
    expect(await rig.answerTo(query)).toBe(refusal);
    const anonymous = {
      from: { ...ada.user, is_bot: true },
      sender_chat: { id: chat.chat.id, title: 'A group' },
    };
    const cleared = await rig.saysAfter(chat, () =>
      ada.sends({ text: '/settings top-k 7', ...anonymous }, { chat }),
    );
    expect(cleared.text).toContain('Top-k: 7');
  });
});

it('forgets the group, and nobody else, when an administrator who asked as the group confirms', async () => {
  const chat = rig.server.world.addGroup();
  const ada = rig.person();
  chat.members.set(ada.user.id, 'administrator');
  const asGroup = {
    from: { ...ada.user, is_bot: true },
    sender_chat: { id: chat.chat.id, title: 'A group' },
  };
  ada.says('/story Count:', { chat });
  await rig.finished(chat);
  ada.sends({ text: '/story Count:', ...asGroup }, { chat });
  await rig.finished(chat, 2);
  await rig.saysAfter(chat, () => ada.sends({ text: '/forget', ...asGroup }, { chat }));
  await rig.saysAfter(chat, () => ada.presses(rig.last(chat), rig.buttons(chat)[0] ?? ''));
  const turns = await rig.database.db
    .selectFrom('turns')
    .innerJoin('channels', 'channels.id', 'turns.channel_id')
    .select('turns.prompt')
    .where('channels.external_id', '=', `${chat.chat.id}`)
    .orderBy('turns.created_at')
    .execute();
  expect(turns.map(({ prompt }) => prompt)).toEqual(['Count:', '']);
});

describe('a forum', () => {
  it('has a story life in each topic, none mixed up with another', async () => {
    const chat = rig.server.world.addGroup({ forum: true, topics: [5, 6] });
    const ada = rig.person();
    ada.says('/story Count:', { chat, thread: 5 });
    await rig.finished(chat, 1, 5);
    const refused = await rig.saysAfter(chat, () => ada.says('/continue', { chat, thread: 6 }), 6);
    expect(refused.text).toBe('There is no story here yet. Begin one first.');
    expect(rig.texts(chat, 5)).toEqual([tale]);
    expect(rig.texts(chat)).toEqual([]);
    expect(rig.server.chats.actions.every((action) => action.thread === 5)).toBe(true);
  });

  it('does not take talk in a topic that the bot made for an answer to it', async () => {
    const chat = rig.server.world.addGroup({ forum: true, topics: [5] });
    const made = chat.add({ date: 1, from: rig.server.world.bot, forum_topic_created: { name: 'Tales' } });
    rig.person().says('Hello everybody', { chat, thread: 5, replyTo: made });
    await rig.pass(3000);
    expect(rig.texts(chat, 5)).toEqual([]);
  });

  it('gets the rest of a story in the chat when the topic is deleted', async () => {
    const chat = rig.server.world.addGroup({ forum: true, topics: [5] });
    rig.bot.generator.gate = new AbortController();
    rig.person().says('/story Count:', { chat, thread: 5 });
    await rig.until(() => rig.bot.generator.requests.length === 1);
    chat.topics.delete(5);
    for (const message of chat.messages.values()) message.deleted = true;
    rig.bot.generator.gate.abort();
    await rig.finished(chat);
    expect(rig.texts(chat)).toEqual([tale]);
  });
});

it('answers in the language of the person', async () => {
  const olga = rig.person({ language_code: 'ru' });
  const said: Message = await rig.saysAfter(olga.chat, () => olga.says('/undo'));
  expect(said.text).toBe('Больше нечего отменять.');
});
