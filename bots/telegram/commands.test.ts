import { describe, expect, it } from 'vitest';
import { ExportTooLarge } from '../../src/export/split.ts';
import { en } from '../../src/texts/en.ts';
import { counted } from '../../test/fakes/generator.ts';
import { useTelegram } from '../../test/support/telegram-rig.ts';
import { twoFiles } from '../../test/support/two-files.ts';

const asked: string[] = [];
const admin = {
  formats: ['jsonl', 'txt', 'huge'],
  export: async (format: string, actor: string) => {
    asked.push(`export ${format} by ${actor}`);
    if (format === 'huge') throw new ExportTooLarge('The export is larger than 50 MB.');
    return twoFiles(format, 3);
  },
  stats: async (locale: string) => `Figures in ${locale}, see example.com`,
  block: async ({ externalId }: { externalId: string }) => externalId === '77',
  unblock: async () => false,
};
const rig = useTelegram({ admin, env: { ADMINS: 'telegram:42' } });

describe('/start', () => {
  it('explains in two sentences, with three beginnings that begin a story', async () => {
    const ada = rig.person();
    const start = await rig.saysAfter(ada.chat, () => ada.says('/start'));
    expect(start.text?.match(/[.:](\s|$)/g)).toHaveLength(2);
    expect(rig.buttons(ada.chat)).toHaveLength(3);
    const query = ada.presses(rig.last(ada.chat), 'In a city under the sea,…');
    expect(await rig.answerTo(query)).toBeUndefined();
    await rig.finished(ada.chat, 2);
    expect(rig.texts(ada.chat).at(-1)).toBe(`In a city under the sea,${counted(1, 20)}`);
  });

  it('explains itself in groups, and in Russian', async () => {
    const chat = rig.server.world.addGroup();
    const olga = rig.person({ language_code: 'ru' });
    const start = await rig.saysAfter(chat, () => olga.says('/start@StoryFakeBot', { chat }));
    expect(start.text).toContain('Пришлите /story');
  });
});

describe('the commands', () => {
  it('are registered for each scope and language, and only when they changed', async () => {
    const { server, clock } = rig;
    await rig.until(() => server.chats.commands.size === 6);
    const names = (key: string) => server.chats.commands.get(key)?.map(({ command }) => command);
    expect(names('all_private_chats:')).toContain('settings');
    expect(names('all_group_chats:ru')).not.toContain('settings');
    expect(names('all_chat_administrators:')).toContain('clear');
    expect(server.chats.commands.get('all_private_chats:ru')?.[0]?.description).toContain('Начать историю');
    await rig.stopBot();
    await rig.startBot();
    await rig.until(() => server.transcript.of('getMyCommands').length === 12);
    await clock.advance(1000);
    expect(server.transcript.of('setMyCommands')).toHaveLength(6);
  });

  it('/story, /continue, /retry and /undo', async () => {
    const ada = rig.person();
    ada.says('/story Count:');
    await rig.finished(ada.chat);
    rig.bot.generator.last = 25;
    ada.says('/continue and on');
    await rig.finished(ada.chat, 2);
    rig.bot.generator.last = 23;
    ada.says('/retry');
    await rig.until(() => rig.texts(ada.chat)[1]?.includes('Version 2 of 2') === true);
    const answer = await rig.saysAfter(ada.chat, () => ada.says('/undo'));
    expect(answer.text).toBe('Taken back.');
    await rig.until(() => rig.texts(ada.chat)[1]?.endsWith('Taken back.') === true);
  });

  it.each([
    ['/story', 'Type how the story begins, for example: In a city under the sea,'],
    ['/continue', 'There is no story here yet. Begin one first.'],
    ['/retry', 'There is no story here yet. Begin one first.'],
    ['/undo', 'There is nothing left to take back.'],
    ['/stop', 'Nothing is being written here just now.'],
    ['/history', 'No stories yet. Type how one begins.'],
    ['/admin stats', 'That is for the person who hosts me.'],
  ])('%s with nothing to do says so', async (text, answer) => {
    const ada = rig.person();
    expect((await rig.saysAfter(ada.chat, () => ada.says(text))).text).toBe(answer);
  });

  it('/help and unknown commands list them', async () => {
    const ada = rig.person();
    expect((await rig.saysAfter(ada.chat, () => ada.says('/help'))).text).toContain('/story – Begin a story');
    expect((await rig.saysAfter(ada.chat, () => ada.says('/dance'))).text).toContain('I don’t know that');
  });

  it('/history shows the stories, page by page, as inert text', async () => {
    const ada = rig.person();
    rig.bot.generator.last = 2;
    for (let n = 1; n <= 11; n++) ada.says(`Story ${n} of @ada:`);
    await rig.until(() => rig.messages(ada.chat).length === 11 && rig.buttons(ada.chat).includes('Retry'));
    const page = await rig.saysAfter(ada.chat, () => ada.says('/history'));
    expect(page.text).toContain('Story 11 of @ada:\n');
    expect(page.text).toContain('1 part\n1 2');
    expect(page.text).not.toContain('Story 1 of');
    expect(rig.last(ada.chat).found).toEqual([]);
    const older = await rig.saysAfter(ada.chat, () => ada.presses(rig.last(ada.chat), 'Older'));
    expect(older.text).toContain('Story 1 of @ada:');
  });
});

describe('/settings', () => {
  it('shows and changes them by buttons and by words, and says what a value must be', async () => {
    const ada = rig.person();
    const first = await rig.saysAfter(ada.chat, () => ada.says('/settings'));
    expect(first.text).toContain('Length (tokens): 320\nTemperature: 0.8');
    const message = rig.last(ada.chat);
    ada.presses(message, 'Temperature −');
    await rig.until(() => message.message.text?.includes('Temperature: 0.7') === true);
    ada.presses(message, 'Русский');
    await rig.until(() => message.message.text?.includes('Language: Русский') === true);
    ada.presses(message, 'Defaults');
    await rig.until(() => message.message.text?.includes('Temperature: 0.8') === true);
    expect(message.message.text).toContain('each person’s own');
    const answers: [string, string][] = [
      ['/settings top_p 0,5', 'Top-p: 0.5'],
      ['/settings Length 64', 'Length (tokens): 64'],
      ['/settings temperature 9', '0.1–2'],
      ['/settings temperature warm', '0.1–2'],
      ['/settings language tlh', 'en, ru'],
      ['/settings colour blue', 'There is no such setting.'],
      ['/settings reset', 'Length (tokens): 320'],
    ];
    for (const [text, answer] of answers) {
      expect((await rig.saysAfter(ada.chat, () => ada.says(text))).text).toContain(answer);
    }
  });
});

describe('/clear', () => {
  it('asks whoever asked, and then removes the stories', async () => {
    const chat = rig.server.world.addGroup();
    const [ada, bob] = [rig.person(), rig.person()];
    chat.members.set(ada.user.id, 'creator');
    ada.says('/story Count:', { chat });
    await rig.finished(chat);
    await rig.saysAfter(chat, () => ada.says('/clear', { chat }));
    const question = rig.last(chat);
    const wrong = await rig.answerTo(bob.presses(question, 'Remove them'));
    expect(wrong).toBe('That button is for the person who asked.');
    const done = await rig.saysAfter(chat, () => ada.presses(question, 'Remove them'));
    expect(done.text).toBe('Removed 1 story.');
    await rig.until(() => question.message.reply_markup === undefined);
    await rig.saysAfter(chat, () => ada.says('/clear', { chat }));
    expect(await rig.answerTo(ada.presses(rig.last(chat), 'Cancel'))).toBe('Nothing was removed.');
  });
});

describe('/admin', () => {
  it('is for those whom ADMINS names, and not in front of a group', async () => {
    const host = rig.person({ id: 42 });
    const chat = rig.server.world.addGroup();
    const answers: [string, string][] = [
      ['/admin', 'Use /admin stats'],
      ['/admin stats', 'Figures in en, see example.com'],
      ['/admin block telegram:77', 'Blocked: 77.'],
      ['/admin unblock 78', 'Nobody with the ID 78'],
      ['/admin export pdf', 'I can export as: jsonl, txt, huge.'],
    ];
    for (const [text, answer] of answers) {
      expect((await rig.saysAfter(host.chat, () => host.says(text))).text).toContain(answer);
    }
    const file = await rig.saysAfter(host.chat, () => host.says('/admin export txt'));
    expect(file.document).toMatchObject({ file_name: 'all-1.txt', file_size: 3 });
    await rig.until(() => rig.last(host.chat).message.document?.file_name === 'all-2.txt');
    expect(asked).toEqual(['export txt by telegram:42']);
    const huge = await rig.saysAfter(host.chat, () => host.says('/admin export huge'));
    expect(huge.text).toBe(en.refusals.exportTooLarge());
    const refused = await rig.saysAfter(chat, () => host.says('/admin stats', { chat }));
    expect(refused.text).toBe('Please ask me that in our private chat.');
  });
});
