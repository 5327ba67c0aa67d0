import { describe, expect, it } from 'vitest';
import { counted } from '../../test/fakes/generator.ts';
import { useTelegram } from '../../test/support/telegram-rig.ts';

const rig = useTelegram();
const tale = (from: number, to: number) => counted(from, to).trim();

async function withStory() {
  const ada = rig.person();
  ada.says('Count:');
  await rig.finished(ada.chat);
  return ada;
}

/** A story that takes three messages or more; its next version takes one. */
async function withLongStory() {
  const ada = rig.person();
  ada.says('/settings length 4096');
  await rig.until(() => rig.messages(ada.chat).length === 1);
  rig.bot.generator.last = 1500;
  ada.says('Count:');
  await rig.until(() => rig.messages(ada.chat).length >= 3 && rig.buttons(ada.chat).includes('Retry'));
  rig.bot.generator.last = 5;
  return ada;
}

describe('the buttons under a story', () => {
  it('write on', async () => {
    const ada = await withStory();
    rig.bot.generator.last = 25;
    const query = ada.presses(rig.last(ada.chat), 'Continue');
    expect(await rig.answerTo(query)).toBeUndefined();
    await rig.finished(ada.chat, 2);
    expect(rig.texts(ada.chat)).toEqual([tale(1, 20), tale(21, 25)]);
  });

  it('write on twice when two press at once, each in a message of its own', async () => {
    const ada = await withStory();
    rig.bot.generator.last = 25;
    rig.bot.generator.gate = new AbortController();
    ada.presses(rig.last(ada.chat), 'Continue');
    await rig.answerTo(ada.presses(rig.last(ada.chat), 'Continue'));
    rig.bot.generator.gate.abort();
    await rig.finished(ada.chat, 3);
    expect(rig.texts(ada.chat)).toEqual([
      tale(1, 20),
      `${tale(21, 25)}\n\nVersion 1 of 2`,
      `${tale(21, 25)}\n\nVersion 2 of 2`,
    ]);
  });

  it('write another version in the same message, and go between the two', async () => {
    const ada = await withStory();
    const message = rig.last(ada.chat);
    rig.bot.generator.last = 5;
    ada.presses(message, 'Retry');
    await rig.until(() => rig.texts(ada.chat)[0] === `${tale(1, 5)}\n\nVersion 2 of 2`);
    await rig.finished(ada.chat);
    ada.presses(message, '◀');
    await rig.until(() => rig.texts(ada.chat)[0] === `${tale(1, 20)}\n\nVersion 1 of 2`);
    await rig.finished(ada.chat);
    // ◀ leads nowhere from the first version.
    expect(await rig.answerTo(ada.presses(message, '◀'))).toBeUndefined();
    ada.presses(message, '▶');
    await rig.until(() => rig.texts(ada.chat)[0] === `${tale(1, 5)}\n\nVersion 2 of 2`);
    expect(rig.messages(ada.chat)).toHaveLength(1);
  });

  it('show the version that was asked for last, however fast they are pressed', async () => {
    const ada = await withStory();
    const message = rig.last(ada.chat);
    rig.bot.generator.last = 5;
    ada.presses(message, 'Retry');
    await rig.until(() => rig.buttons(ada.chat).includes('▶'));
    const [previous = '', next = ''] = (message.message.reply_markup?.inline_keyboard[1] ?? []).map(
      (button) => button.callback_data,
    );
    const shows = [previous, next.replace(/:off$/, '')];
    for (let press = 0; press < 9; press++) ada.pressesData(message.message, shows[press % 2] ?? '');
    await rig.pass(20_000);
    expect(rig.texts(ada.chat)).toEqual([`${tale(1, 20)}\n\nVersion 1 of 2`]);
    expect(rig.server.transcript.overlapping).toEqual([]);
    expect(rig.server.transcript.avoidable).toEqual([]);
  });

  it('leave no words of a longer version in a message that is too old to be deleted', async () => {
    const ada = await withLongStory();
    const description = "Bad Request: message can't be deleted for everyone";
    rig.server.faults.next({ kind: 'error', code: 400, description }, 'deleteMessage');
    ada.presses(rig.last(ada.chat), 'Retry');
    await rig.until(() => rig.buttons(ada.chat).length === 0);
    expect(rig.texts(ada.chat).slice(1)).toEqual([`${tale(1, 5)}\n\nVersion 2 of 2`, '…']);
  });

  it('leave no part of a long version behind when another is asked for meanwhile', async () => {
    const ada = await withLongStory();
    ada.presses(rig.last(ada.chat), 'Retry');
    const isShort = () => rig.texts(ada.chat)[1] === `${tale(1, 5)}\n\nVersion 2 of 2`;
    await rig.until(() => isShort() && rig.messages(ada.chat).length === 2);
    const message = rig.last(ada.chat);
    const [, own = ''] = /s1:show:([\w-]+):off/.exec(JSON.stringify(message)) ?? [];
    rig.server.faults.next({ kind: 'delay', ms: 5_000 }, 'sendMessage');
    const posts = rig.server.transcript.of('sendMessage').length;
    ada.presses(message, '◀');
    await rig.until(() => rig.server.transcript.of('sendMessage').length > posts);
    ada.pressesData(message.message, `s1:show:${own}`);
    await rig.until(isShort);
    await rig.pass(20_000);
    expect(rig.texts(ada.chat).slice(1)).toEqual([`${tale(1, 5)}\n\nVersion 2 of 2`]);
  });

  it('take a part back, and give the part before it its buttons again', async () => {
    const ada = await withStory();
    rig.bot.generator.last = 25;
    ada.says('/continue');
    await rig.finished(ada.chat, 2);
    const query = ada.presses(rig.last(ada.chat), 'Undo');
    expect(await rig.answerTo(query)).toBe('Taken back.');
    await rig.until(() => rig.texts(ada.chat)[1] === `${tale(21, 25)}\n\nTaken back.`);
    rig.bot.generator.last = 22;
    ada.says('/continue');
    await rig.finished(ada.chat, 3);
    // What was taken back is a version of what came in its place.
    expect(rig.texts(ada.chat).at(-1)).toBe(`${tale(21, 22)}\n\nVersion 2 of 2`);
  });

  it('stop what is being written in a group', async () => {
    const chat = rig.server.world.addGroup();
    const ada = rig.person();
    rig.bot.generator.gate = new AbortController();
    ada.says('/story Count:', { chat });
    await rig.until(() => rig.messages(chat).length === 1);
    expect(rig.buttons(chat)).toEqual(['Stop']);
    ada.presses(rig.last(chat), 'Stop');
    await rig.finished(chat);
    expect(rig.texts(chat)).toEqual(['Stopped.']);
  });

  it('say so when their part is gone, and survive data that nobody made', async () => {
    const ada = await withStory();
    const { message } = rig.last(ada.chat);
    const stranger = 's1:continue:0195f3a0-1111-7222-8333-444455556666';
    expect(await rig.answerTo(ada.pressesData(message, stranger))).toBe(
      'I can’t find that part of the story any more.',
    );
    const old = 'That button is too old. Please use the command again.';
    for (const data of [
      's0:continue:1',
      's1',
      's1:dance',
      '',
      's1:open:99',
      's1:set:colour:blue',
      's1:older:x',
    ]) {
      expect(await rig.answerTo(ada.pressesData(message, data))).toBe(old);
    }
    await rig.until(() => rig.server.chats.openQueries.size === 0);
  });
});
