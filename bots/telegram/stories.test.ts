import { expect, it } from 'vitest';
import type {
  GenerationEvent,
  GenerationRequest,
  ModelInfo,
  TextGenerator,
} from '../../src/generation/generator.ts';
import { nastyTexts } from '../../src/reply/surface.contract.ts';
import { draftShown } from '../../test/fakes/telegram/view.ts';
import { TelegramRig } from '../../test/support/telegram-rig.ts';

/** Writes one text, at once. */
class Recital implements TextGenerator {
  private readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  async describe(): Promise<ModelInfo> {
    return { name: 'recital', contextLength: 4096, chat: false, bundled: false };
  }
  async *generate(_: GenerationRequest): AsyncIterable<GenerationEvent> {
    yield { type: 'text', text: this.text, tokens: 1 };
    const usage = { promptTokens: 1, completionTokens: 1 };
    yield { type: 'end', reason: 'stop', usage, timings: { queuedMs: 0, firstTokenMs: 1, totalMs: 2 } };
  }
}

/** What Telegram itself takes out of a text. */
const asTelegramHasIt = (text: string) => text.replace(/\t/g, ' ').replace(/[\u2028-\u202e]/g, '');
const nasty = ['@everyone <@1> [x](javascript:1) ** ``` `_` <b> &lt; \u200f', ...nastyTexts]
  .join('\n')
  .trim();

async function withRig(text: string, test: (rig: TelegramRig) => Promise<void>): Promise<void> {
  await rig.open();
  await rig.startBot({ writer: new Recital(text) });
  try {
    await test(rig);
  } finally {
    await rig.close();
  }
}
const rig = new TelegramRig();

it('a text of nothing but traps is shown in those very characters, and links and pings nothing', () =>
  withRig(nasty, async () => {
    const chat = rig.server.world.addGroup();
    const ada = rig.person();
    ada.says(`/story ${nasty.slice(0, 200)}`, { chat });
    await rig.finished(chat);
    expect(rig.texts(chat)).toEqual([asTelegramHasIt(nasty)]);
    expect(rig.messages(chat).flatMap(({ found }) => found)).toEqual([]);
    expect(rig.server.transcript.calls.filter(({ params }) => 'parse_mode' in params)).toEqual([]);
    const page = await rig.saysAfter(chat, () => ada.says('/history', { chat }));
    expect(page.text).toContain('[x](javascript:1)');
    expect(rig.last(chat).found).toEqual([]);
  }));

it('the first words are there within 1.5 s of the command, in a draft and in a group', () =>
  withRig('Once upon a time', async () => {
    const ada = rig.person();
    const chat = rig.server.world.addGroup();
    const start = rig.clock.now();
    ada.says('Begin:');
    rig.person().says('/story Begin:', { chat });
    const isSeen = () => {
      const inDraft = draftShown(rig.server.world, ada.chat) ?? rig.texts(ada.chat)[0];
      return inDraft?.startsWith('Once') === true && rig.texts(chat)[0]?.startsWith('Once') === true;
    };
    await rig.until(isSeen);
    expect(rig.clock.now() - start).toBeLessThanOrEqual(1500);
  }));

it('somebody at work is shown within a second, again and again, and no more once there is text', () =>
  withRig('Once upon a time', async () => {
    await rig.stopBot();
    await rig.startBot();
    rig.bot.generator.gate = new AbortController();
    const chat = rig.server.world.addGroup({ forum: true, topics: [3] });
    const start = rig.clock.now();
    rig.person().says('/story Count:', { chat, thread: 3 });
    await rig.until(() => rig.server.chats.actions.length > 0);
    expect(rig.clock.now() - start).toBeLessThanOrEqual(1000);
    await rig.pass(12_000);
    const actions = rig.server.chats.actions.length;
    expect(actions).toBeGreaterThanOrEqual(3);
    rig.bot.generator.gate.abort();
    await rig.finished(chat, 1, 3);
    await rig.pass(12_000);
    expect(rig.server.chats.actions.length - actions).toBeLessThanOrEqual(1);
  }));
