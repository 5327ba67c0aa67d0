import { expect } from 'vitest';
import { limits } from '../../bots/discord/render.ts';
import { splitText } from '../../src/reply/split.ts';
import { nastyTexts } from '../../src/reply/surface.contract.ts';
import { findTurn } from '../../src/storage/turns.ts';
import { displayText } from '../../src/story/display.ts';
import type { Turn } from '../../src/story/story.ts';
import { textsFor } from '../../src/texts/catalogue.ts';
import { seen } from '../fakes/discord/markdown.ts';
import type { FakeDiscord } from '../fakes/discord/server.ts';
import type { FakeMessage } from '../fakes/discord/world.ts';
import { PacedGenerator } from '../fakes/paced-generator.ts';
import type { TestDatabase } from './database.ts';
import { patienceMs, soon } from './soon.ts';

/** A text of its own for each tale, full of what platforms take for something else; every seventh fills two messages. */
function script(asked: string): string {
  const tale = Number(asked.match(/Tale (\d+):/)?.[1] ?? 0);
  const length = tale % 7 === 0 ? 2000 : 400;
  let text = '';
  for (let at = tale; text.length < length; at++) {
    text += ` Part ${at} of tale ${tale}: ${nastyTexts[at % nastyTexts.length]?.trim()}.`;
  }
  return text;
}

export const crowdGenerator = () => new PacedGenerator(script, 15);

const isRefusal = (text: string) => text === textsFor('en').refusals.databaseDown();

/** Has 20 channels ask for 50 stories at once, and waits until all have been delivered. */
export async function tellAll(fake: FakeDiscord, { db }: TestDatabase): Promise<Turn[]> {
  const user = fake.world.addUser('ann').id;
  const channels = Array.from({ length: 20 }, () => fake.world.addChannel().id);
  const ask = (tale: number) =>
    fake.people.slash({ channel: channels[tale % 20] ?? '', user }, 'story', { prompt: `Tale ${tale}:` });
  const asked = Array.from({ length: 50 }, (_, tale) => ask(tale));
  const rows = await soon(async () => {
    // Whoever reads "the application did not respond", or is asked to try again, does.
    for (const [tale, interaction] of asked.entries()) {
      const answer = fake.world.messages.get(interaction.originalId ?? '');
      const isVain = fake.interactions.isLost(interaction) || (answer && isRefusal(fake.textOf(answer)));
      if (isVain) asked[tale] = ask(tale);
    }
    const found = await db
      .selectFrom('turns as t')
      .innerJoin('channels as c', 'c.id', 't.channel_id')
      .select(['t.id', 't.delivery'])
      .where('c.external_id', 'in', channels)
      .execute();
    expect(found.map(({ delivery }) => delivery).sort()).toEqual(asked.map(() => 'delivered'));
    return found;
  }, 2 * patienceMs);
  const told = await Promise.all(rows.map(({ id }) => findTurn(db, id)));
  return told.flatMap((turn) => turn ?? []);
}

const note = /(?:^|\n)-# [^\n]*$/;
const storyOf = (content: string) => seen(content.replace(note, '')).text;

/** What people see of each turn is what is stored; no message ever went back to an older text; nothing formats or pings. */
export function expectAllShown(fake: FakeDiscord, turns: Turn[]): void {
  for (const turn of turns) {
    const whole = displayText(turn, true);
    const parts = splitText(whole, limits);
    const messages = turn.messageRefs.flatMap(
      (ref) => fake.world.messages.get((ref as { messageId: string }).messageId) ?? [],
    );
    expect(messages.map(({ content }) => seen(content))).toEqual(
      parts.map((text) => ({ text: text.trim(), formats: [] })),
    );
    for (const [index, message] of messages.entries()) {
      expectOnlyForwards(message, `${parts[index]}`, parts.slice(index).join(''));
    }
  }
  const all = [...fake.world.messages.values()].filter(
    (one) => one.content && !one.deleted && !one.onlyFor && !isRefusal(fake.textOf(one)),
  );
  expect(all).toHaveLength(turns.flatMap(({ messageRefs }) => messageRefs).length);
  expect(all.flatMap(({ pinged, embedded }) => [...pinged, ...embedded])).toEqual([]);
  expect(fake.transcript.maxEditsInFlight).toBeLessThanOrEqual(1);
}

/** Without white space and code fences: a cut loses the one and closes the other. */
const bare = (text: string) => text.replace(/`{3,}\w*/g, '').replace(/\s+/g, '');

/** Each state of a message is the beginning of what follows, none shorter than the one before but the finished part. */
function expectOnlyForwards(message: FakeMessage, finished: string, following: string): void {
  let longest = 0;
  for (const { content } of message.history) {
    const text = bare(storyOf(content));
    expect(bare(following).slice(0, text.length), 'a state that is the beginning of the text').toBe(text);
    if (text !== bare(finished)) expect(text.length).toBeGreaterThanOrEqual(longest);
    longest = Math.max(longest, text.length);
  }
}
