import { afterEach, describe, expect, it } from 'vitest';
import { SlowGenerator } from '../../test/fakes/slow-generator.ts';
import type { ChatState, StoredMessage } from '../../test/fakes/telegram/world.ts';
import { TelegramRig } from '../../test/support/telegram-rig.ts';

const rig = new TelegramRig();
const stories = 50;

interface Spot {
  chat: ChatState;
  thread: number | undefined;
  tell(words: number): void;
}

/** Twenty channels: private chats, groups, and the topics of one forum. */
function makeSpots(): Spot[] {
  const privateChats = Array.from({ length: 8 }, () => {
    const person = rig.person();
    return {
      chat: person.chat,
      thread: undefined,
      tell: (words: number) => void person.says(`Tell ${words} words:`),
    };
  });
  const spotIn = (chat: ChatState, thread?: number): Spot => ({
    chat,
    thread,
    tell: (words) =>
      void rig.person().says(`/story Tell ${words} words:`, {
        chat,
        ...(thread === undefined ? {} : { thread }),
      }),
  });
  const groups = Array.from({ length: 6 }, () => spotIn(rig.server.world.addGroup()));
  const topics = [11, 12, 13, 14, 15, 16];
  const forum = rig.server.world.addGroup({ forum: true, topics });
  return [...privateChats, ...groups, ...topics.map((topic) => spotIn(forum, topic))];
}

async function tellFifty(spots: Spot[]) {
  for (let n = 0; n < stories; n++) spots[n % spots.length]?.tell(n % 10 === 9 ? 1200 : 60 + n);
  const turns = () =>
    rig.database.db
      .selectFrom('turns')
      .innerJoin('channels', 'channels.id', 'turns.channel_id')
      .select(['turns.text', 'turns.state', 'turns.delivery', 'turns.message_refs', 'channels.external_id'])
      .where('external_id', 'in', spots.map(channelName))
      .execute();
  const isOver = async () => {
    if (rig.clock.now() % 1000 >= 50) return false;
    const rows = await turns();
    return rows.length === stories && rows.every(({ delivery }) => delivery !== 'pending');
  };
  await rig.until(isOver, 60 * 60_000);
  return turns();
}

const channelName = ({ chat, thread }: Spot) => (thread ? `${chat.chat.id}:${thread}` : `${chat.chat.id}`);
const ink = (text: string) => text.replace(/\s+/g, '');

function expectShownAsStored(spots: Spot[], turns: Awaited<ReturnType<typeof tellFifty>>): void {
  for (const spot of spots) {
    const visible = rig.messages(spot.chat, spot.thread);
    const mine = turns.filter(({ external_id: id }) => id === channelName(spot));
    for (const { text, state, delivery, message_refs: refs } of mine) {
      expect([state, delivery]).toEqual(['finished', 'delivered']);
      const ids = (refs as { message: number }[]).map(({ message }) => message);
      const parts = visible.filter(({ message }) => ids.includes(message.message_id));
      expect(ink(parts.map(({ message }) => message.text).join(''))).toBe(ink(text));
      expect(parts.flatMap(({ found }) => found)).toEqual([]);
    }
    expect(visible).toHaveLength(mine.flatMap(({ message_refs: refs }) => refs).length);
    visible.forEach(expectNoStaleEdit);
  }
  expect(rig.server.transcript.overlapping).toEqual([]);
}

/** Each text that a message ever showed goes on from the one before; a full one may end earlier, as its last text. */
function expectNoStaleEdit({ texts }: StoredMessage): void {
  const told = texts.map(({ text }) => text).filter((text) => !text.endsWith('…'));
  for (const [at, text] of told.entries()) {
    const before = told[at - 1] ?? '';
    const isCut = at === told.length - 1 && before.startsWith(text);
    expect(isCut || text.startsWith(before)).toBe(true);
  }
}

async function openRig() {
  await rig.open();
  await rig.startBot({ writer: new SlowGenerator(rig.clock, 30) });
}

afterEach(async () => {
  rig.server.faults.none();
  await rig.close();
});

describe('fifty stories at once over twenty channels', () => {
  it('are shown as they are stored, within Telegram’s limits', async () => {
    await openRig();
    const spots = makeSpots();
    const turns = await tellFifty(spots);
    expectShownAsStored(spots, turns);
    expect(rig.server.transcript.avoidable).toEqual([]);
    for (const { chat, thread } of spots) {
      const least = chat.chat.type === 'private' ? 1000 : 3000;
      for (const { message } of rig.messages(chat, thread)) {
        for (const gap of rig.server.transcript.gaps(chat.chat.id, message.message_id)) {
          expect(gap).toBeGreaterThanOrEqual(least);
        }
      }
    }
  });

  it('are shown as they are stored through 429, 5xx, resets and delays', async () => {
    await openRig();
    const spots = makeSpots();
    rig.server.faults.random(7, 0.2);
    const turns = await tellFifty(spots);
    expect(rig.server.transcript.calls.filter(({ injected }) => injected).length).toBeGreaterThan(30);
    expectShownAsStored(spots, turns);
  });
});
