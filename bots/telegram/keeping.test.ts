import { describe, expect, it } from 'vitest';
import { useTelegram } from '../../test/support/telegram-rig.ts';

const rig = useTelegram();

async function withStory() {
  const ada = rig.person();
  ada.says('Count:');
  await rig.finished(ada.chat);
  return ada;
}

describe('/export', () => {
  it('asks in which format, and gives the stories of the chat as a file', async () => {
    const ada = await withStory();
    const question = await rig.saysAfter(ada.chat, () => ada.says('/export'));
    expect(question.text).toBe('In which format?');
    expect(rig.buttons(ada.chat)).toContain('json');
    const file = await rig.saysAfter(ada.chat, () => ada.presses(rig.last(ada.chat), 'json'));
    expect(file.document?.file_name).toMatch(/\.json$/);
    expect(JSON.stringify(JSON.parse(String(file.content)))).toContain('Count:');
  });

  it('takes the format with the command', async () => {
    const ada = await withStory();
    const file = await rig.saysAfter(ada.chat, () => ada.says('/export jsonl'));
    expect(file.document?.file_name).toMatch(/\.jsonl$/);
  });
});

describe('/forget', () => {
  it('asks first, and then removes what a person wrote', async () => {
    const ada = await withStory();
    const question = await rig.saysAfter(ada.chat, () => ada.says('/forget'));
    expect(question.text).toContain('can’t be taken back');
    const done = await rig.saysAfter(ada.chat, () => ada.presses(rig.last(ada.chat), 'Forget me'));
    expect(done.text).toBe('Done: I forgot you and 1 part of stories.');
    const rows = await rig.database.db
      .selectFrom('authors')
      .select('name')
      .where('external_id', '=', `${ada.user.id}`)
      .execute();
    expect(rows.filter(({ name }) => name.includes(ada.user.first_name))).toEqual([]);
  });
});

describe('a quota', () => {
  it('says when the next story is free, once it is used up', async () => {
    await rig.stopBot();
    await rig.startBot({ env: { QUOTA_TURNS_PER_HOUR: '1' } });
    const ada = await withStory();
    const refused = await rig.saysAfter(ada.chat, () => ada.says('Count:'));
    expect(refused.text).toMatch(/used up your stories for now\. The next one is free in \d+ minutes\./);
  });
});

describe('DENY and ALLOW', () => {
  it('shut out a chat, and let in only those named', async () => {
    const chat = rig.server.world.addGroup();
    const ada = rig.person();
    await rig.stopBot();
    await rig.startBot({
      env: { DENY: `telegram:chat:${chat.chat.id}`, ALLOW: `telegram:user:${ada.user.id}` },
    });
    const shutOut = 'I am not set up to tell stories here. Ask the person who hosts me.';
    expect((await rig.saysAfter(chat, () => ada.says('/story Count:', { chat }))).text).toBe(shutOut);
    const bob = rig.person();
    expect((await rig.saysAfter(bob.chat, () => bob.says('Count:'))).text).toBe(shutOut);
    ada.says('Count:');
    await rig.finished(ada.chat);
  });
});
