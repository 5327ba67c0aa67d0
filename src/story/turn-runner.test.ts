import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CountingGenerator, counted } from '../../test/fakes/generator.ts';
import { MemorySurface } from '../../test/fakes/surface.ts';
import { beginCommand, command } from '../../test/support/commands.ts';
import { useDatabase } from '../../test/support/database.ts';
import { BadRequest, GeneratorBusy, GeneratorUnavailable } from '../generation/generator.ts';
import { systemClock } from '../ops/clock.ts';
import { createMetrics } from '../ops/metrics.ts';
import { findTurn } from '../storage/turns.ts';
import type { StoryCommand } from './command.ts';
import type { Turn } from './story.ts';
import { createStoryteller } from './storyteller.ts';
import { TurnRunner } from './turn-runner.ts';

const database = useDatabase();
const logger = pino({ level: 'silent' });
const surfaces = new Map<string, MemorySurface>();
let generator: CountingGenerator;
let runners: TurnRunner[] = [];
let channel: string;

function surfaceOf(name: string): MemorySurface {
  const surface =
    surfaces.get(name) ??
    new MemorySurface({ clock: systemClock, limits: { minEditIntervalMs: 10, maxLength: 2_000 } });
  surfaces.set(name, surface);
  return surface;
}

function startRunner(): TurnRunner {
  const runner = new TurnRunner({
    db: database.db,
    generator,
    clock: systemClock,
    logger,
    metrics: createMetrics(),
    platforms: ['test'],
    surfaceFor: (turn) => surfaceOf((turn.replyAddress.data as { channel: string }).channel),
  });
  runner.start();
  runners.push(runner);
  return runner;
}

async function say(given: StoryCommand): Promise<Turn> {
  const access = { allow: [], deny: [], turnsPerHour: 0 };
  const storyteller = createStoryteller({ db: database.db, access, clock: systemClock, logger });
  const outcome = await storyteller.handle(given);
  for (const runner of runners) {
    if (outcome.kind === 'accepted') runner.onNotification({ type: 'queued', platform: 'test' });
    if (outcome.kind === 'stopping')
      for (const turnId of outcome.turnIds) runner.onNotification({ type: 'stop', turnId });
  }
  return outcome.kind === 'accepted' ? outcome.turn : ({} as Turn);
}

const ended = (turn: Turn) =>
  vi.waitFor(
    async () => {
      const row = await database.db
        .selectFrom('turns')
        .select(['state', 'delivery', 'text', 'end_reason', 'completion_tokens', 'prompt_tokens', 'model'])
        .where('id', '=', turn.id)
        .executeTakeFirstOrThrow();
      expect(row.delivery).not.toBe('pending');
      return row;
    },
    { timeout: 20_000, interval: 20 },
  );

beforeEach(() => {
  generator = new CountingGenerator();
  channel = randomUUID();
});
afterEach(async () => {
  await Promise.all(runners.map((runner) => runner.stop()));
  runners = [];
});

describe('a turn', () => {
  it('is written, saved and shown, and the next goes on from it', async () => {
    startRunner();
    const first = await say(beginCommand('Count:', channel));
    expect(await ended(first)).toEqual({
      state: 'finished',
      delivery: 'delivered',
      text: counted(1, 20),
      end_reason: 'stop',
      completion_tokens: 20,
      prompt_tokens: 6,
      model: 'counting',
    });
    generator.last = 25;
    const second = await say(command('continue', { prompt: 'And on: 20' }, channel));
    expect((await ended(second)).text).toBe(counted(21, 25));
    const text = `Count:${counted(1, 20)}\n\nAnd on: 20`;
    expect(generator.requests.at(-1)?.prompt).toEqual({ kind: 'text', text });
    expect(await surfaceOf(channel).visible()).toEqual([counted(1, 20).trim(), counted(21, 25).trim()]);
    expect(surfaceOf(channel).violations).toEqual([]);
  });

  it('that goes on after a tale’s end has words to go on with, unless the model is spoken to', async () => {
    startRunner();
    const first = await say(beginCommand('Count, Ann:', channel));
    await ended(first);
    await database.db.updateTable('turns').set({ text: ' The end.' }).where('id', '=', first.id).execute();
    const second = await ended(await say(command('continue', {}, channel)));
    expect(second.text).toMatch(/^(The|One|Some|That|Then)[a-z, ]+, 1 2 3/);
    generator.info = { ...generator.info, chat: true };
    expect((await ended(await say(command('continue', {}, channel)))).text).toMatch(/^ 1 2 3/);
  });

  it('waits for those before it in its channel, and not for other channels’', async () => {
    generator.gate = new AbortController();
    startRunner();
    const turns = [];
    for (const name of [channel, channel, 'other', channel])
      turns.push(await say(beginCommand('Count:', name)));
    await vi.waitFor(() => expect(generator.requests).toHaveLength(2));
    await delay(50);
    expect(generator.requests).toHaveLength(2);
    generator.gate.abort();
    for (const turn of turns) expect((await ended(turn)).state).toBe('finished');
    expect(generator.requests).toHaveLength(4);
  });

  it('of another version is shown in the same message', async () => {
    startRunner();
    await ended(await say(beginCommand('Count:', channel)));
    generator.last = 5;
    await ended(await say(command('retry', {}, channel)));
    const visible = await surfaceOf(channel).visible();
    expect(visible).toHaveLength(1);
    expect(visible[0]).toContain('1 2 3 4 5');
    expect(visible[0]).not.toContain('20');
  });

  it('ends when it is stopped, with what was written', async () => {
    generator.gate = new AbortController();
    startRunner();
    const turn = await say(beginCommand('Count:', channel));
    await vi.waitFor(() => expect(generator.requests).toHaveLength(1));
    const next = await say(beginCommand('Waiting:', channel));
    await say(command('stop', {}, channel));
    expect(await ended(turn)).toMatchObject({ state: 'stopped', end_reason: 'abort' });
    expect(await ended(next)).toMatchObject({ state: 'stopped', text: '' });
    expect(await surfaceOf(channel).visible()).toHaveLength(2);
  });
});

describe('after trouble, every word is there once', () => {
  it.each([
    ['the generator breaks off', new Error('connection reset')],
    ['the generator is away', new GeneratorUnavailable('starting')],
    ['its queue is full', new GeneratorBusy(20)],
  ])('when %s', async (_, fault) => {
    generator.faults.set(1, fault).set(8, fault).set(15, fault);
    startRunner();
    const turn = await say(beginCommand('Count:', channel));
    expect(await ended(turn)).toMatchObject({
      state: 'finished',
      text: counted(1, 20),
      completion_tokens: 20,
    });
    expect(generator.requests).toHaveLength(4);
    expect(generator.requests.at(-1)?.options.maxTokens).toBe(320 - 14);
    expect(await surfaceOf(channel).visible()).toEqual([counted(1, 20).trim()]);
  });

  it('when the writing process is told to go, and another takes over in the same message', async () => {
    const runner = startRunner();
    generator.gate = new AbortController();
    const turn = await say(beginCommand('Count:', channel));
    await vi.waitFor(() => expect(generator.requests).toHaveLength(1));
    await runner.stop();
    expect(await findTurn(database.db, turn.id)).toMatchObject({ state: 'queued', attempts: 0 });
    runners = [];
    generator.gate = undefined;
    startRunner();
    expect(await ended(turn)).toMatchObject({ state: 'finished', text: counted(1, 20) });
    expect(await surfaceOf(channel).visible()).toEqual([counted(1, 20).trim()]);
  });

  it('when the writing process dies, and its lease runs out', async () => {
    const turn = await say(beginCommand('Count:', channel));
    // What a process killed in the middle leaves behind.
    await database.db
      .updateTable('turns')
      .set({
        state: 'writing',
        text: counted(1, 7),
        completion_tokens: 7,
        attempts: 1,
        lease_owner: randomUUID(),
        lease_until: new Date(Date.now() + 500),
      })
      .where('id', '=', turn.id)
      .execute();
    startRunner();
    expect(await ended(turn)).toMatchObject({
      state: 'finished',
      text: counted(1, 20),
      completion_tokens: 20,
    });
  });

  it('when the last edit was never made', async () => {
    const turn = await say(beginCommand('Count:', channel));
    await database.db
      .updateTable('turns')
      .set({ state: 'finished', text: counted(1, 3), finished_at: new Date(), end_reason: 'stop' })
      .where('id', '=', turn.id)
      .execute();
    startRunner();
    expect((await ended(turn)).delivery).toBe('delivered');
    expect(await surfaceOf(channel).visible()).toEqual([counted(1, 3).trim()]);
  });
});

describe('a turn that can’t be written fails with a sentence', () => {
  it('when the generator refuses it', async () => {
    generator.faults.set(1, new BadRequest('prompt', 'too long'));
    startRunner();
    const turn = await say(beginCommand('Count:', channel));
    expect(await ended(turn)).toMatchObject({
      state: 'failed',
      end_reason: 'badRequest',
      delivery: 'delivered',
    });
  });

  it('when it has ended its process again and again', async () => {
    const turn = await say(beginCommand('Count:', channel));
    await database.db.updateTable('turns').set({ attempts: 10 }).where('id', '=', turn.id).execute();
    startRunner();
    expect(await ended(turn)).toMatchObject({ state: 'failed', end_reason: 'gaveUp' });
    expect(generator.requests).toHaveLength(0);
  });
});

it('many processes write many channels’ turns once each', async () => {
  for (let n = 0; n < 4; n++) startRunner();
  const turns = [];
  for (let n = 0; n < 40; n++) turns.push(await say(beginCommand('Count:', `${channel} ${n % 8}`)));
  for (const turn of turns)
    expect(await ended(turn)).toMatchObject({ state: 'finished', text: counted(1, 20) });
  expect(generator.requests).toHaveLength(40);
  expect(generator.mostAtOnce).toBeLessThanOrEqual(8);
});
