import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Outcome, RefusalReason } from '../../src/story/outcome.ts';
import type { Storyteller } from '../../src/story/storyteller.ts';
import { FakeDiscord } from '../../test/fakes/discord/server.ts';
import { useDatabase } from '../../test/support/database.ts';
import { type DiscordBot, startDiscord } from '../../test/support/discord.ts';
import { fc, runs } from '../../test/support/properties.ts';

/** Does nothing, in every way that a storyteller may: the adapter is what is tried here. */
class MoodyStoryteller implements Storyteller {
  calls = 0;
  async handle({ kind }: Parameters<Storyteller['handle']>[0]): Promise<Outcome> {
    this.calls++;
    if (this.calls % 50 === 0 && kind !== 'history')
      throw new Error('a storyteller never throws; what if it does?');
    const reason: RefusalReason = 'nothingToContinue';
    const outcomes: Partial<Record<typeof kind, Outcome>> = {
      history: { kind: 'history', stories: [] },
      settings: { kind: 'settings', settings: {}, changed: false },
      stop: { kind: 'stopping', turnIds: [] },
      forget: { kind: 'forgotten', turns: 1 },
      clear: { kind: 'cleared', stories: 1 },
    };
    return outcomes[kind] ?? { kind: 'refused', reason, text: 'There is no story here yet.' };
  }
  async view(): Promise<undefined> {}
  async saveMessageRefs(): Promise<void> {}
}

const database = useDatabase();
const storyteller = new MoodyStoryteller();
let fake: FakeDiscord;
let bot: DiscordBot;
const escaped: unknown[] = [];
const onEscape = (error: unknown) => void escaped.push(error);

beforeAll(async () => {
  process.on('unhandledRejection', onEscape);
  process.on('uncaughtExceptionMonitor', onEscape);
  fake = await FakeDiscord.start();
  bot = await startDiscord({ fake, database, storyteller });
});
afterAll(async () => {
  await bot.stop();
  await fake.close();
  process.off('unhandledRejection', onEscape);
  process.off('uncaughtExceptionMonitor', onEscape);
});

const names = fc.constantFrom(
  ...['story', 'continue', 'undo', 'stop', 'history', 'settings', 'export', 'forget', 'clear', 'admin'],
  ...['', 'toString', '__proto__', 'constructor', 'tale'],
);
const value = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.integer(), fc.boolean());
const option = fc.record(
  {
    name: fc.oneof(
      fc.constantFrom('prompt', 'length', 'format', 'story', 'user', 'stats', 'block'),
      fc.string(),
    ),
    type: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.jsonValue()),
    value: fc.oneof(value, fc.jsonValue({ maxDepth: 1 })),
    focused: fc.boolean(),
    options: fc.array(fc.record({ name: fc.string(), type: fc.constantFrom(3, 6), value }), { maxLength: 2 }),
  },
  { requiredKeys: ['name', 'type'] },
);
const command = fc.record({
  id: fc.constant('1'),
  name: names,
  type: fc.constantFrom(1, 1, 1, 2, 3),
  options: fc.array(option, { maxLength: 3 }),
});
const customId = fc.oneof(
  fc
    .tuple(fc.constantFrom('continue', 'retry', 'undo', 'stop', 'show', 'rest', 'x'), fc.uuid())
    .map(([a, id]) => `s1:${a}:${id}`),
  fc.constantFrom('s1:forget', 's1:clear', 's1:cancel', 's1:', 's1:show:', 's2:show:1'),
  fc.string({ maxLength: 120 }),
);
const button = fc.record({
  custom_id: customId,
  component_type: fc.constantFrom(2, 2, 2, 3, 99),
  id: fc.constant(1),
});

/** Puts something else in one place of a payload, or takes it out. */
const mutation = fc.record({
  place: fc.nat(200),
  to: fc.oneof(
    fc.constant(undefined),
    fc.jsonValue({ maxDepth: 2 }),
    value,
    fc.constantFrom('NaN', '-1', '9'.repeat(30)),
  ),
});

const event = fc.record({
  shape: fc.oneof(
    fc.record({ type: fc.constant(2), data: command }),
    fc.record({ type: fc.constant(4), data: command }),
    fc.record({ type: fc.constant(3), data: button }),
    fc.record({ type: fc.oneof(fc.integer({ min: 0, max: 9 }), fc.jsonValue()), data: fc.jsonValue() }),
  ),
  mutations: fc.oneof(fc.constant([]), fc.array(mutation, { minLength: 1, maxLength: 4 })),
  guild: fc.boolean(),
  /** Sometimes it is something else altogether. */
  wholly: fc.oneof({ weight: 20, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.jsonValue() }),
});

function places(value: unknown, found: [object, string][] = []): [object, string][] {
  if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      found.push([value, key]);
      places(inner, found);
    }
  }
  return found;
}

function mutate(
  payload: Record<string, unknown>,
  mutations: readonly { place: number; to: unknown }[],
): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(payload));
  for (const { place, to } of mutations) {
    const all = places(copy);
    const [holder, key] = all[place % all.length] ?? [{}, ''];
    (holder as Record<string, unknown>)[key] = to;
  }
  return copy;
}

test('10,000 random and malformed interactions: no crash, at most one log line each', async () => {
  const user = fake.world.addUser('ann').id;
  const inGuild = fake.world.addChannel().id;
  const inDm = fake.world.addChannel({ type: 1 }).id;
  let sent = 0;

  /** Everything before it has been read once a well-formed one is answered. */
  async function roundTrip(): Promise<void> {
    const { id } = fake.people.complete({ channel: inDm, user }, 'export', 'story', 'x');
    await fake.waitFor('an answer to a good interaction', () => fake.interactions.all.get(id)?.acknowledged);
  }

  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 200, maxLength: 200 }), async (events) => {
      for (const { shape, mutations, guild, wholly } of events) {
        const message = [...fake.world.messages.values()].at(-1);
        const pressed = shape.type === 3 ? message : undefined;
        const person = { channel: guild ? inGuild : inDm, user };
        const typed = shape.type as number;
        fake.people.interact(person, typed, shape.data, pressed, (payload) =>
          wholly === null ? mutate(payload, mutations) : wholly,
        );
        sent++;
      }
      await roundTrip();
      expect(escaped).toEqual([]);
    }),
    { ...runs(50), endOnFailure: true },
  );
  await bot.platform.stop();

  expect(sent).toBe(10_000);
  // Some came through to the storyteller, and not all did.
  expect(storyteller.calls).toBeGreaterThan(100);
  expect(storyteller.calls).toBeLessThan(9000);
  expect(fake.gateway.identifies).toBe(1);
  const lines = bot.logged.flatMap(({ interaction }) => interaction ?? []);
  expect(new Set(lines).size).toBe(lines.length);
  expect(bot.logged.length).toBeLessThan(sent);
  expect(fake.transcript.avoidable429).toEqual([]);
});
