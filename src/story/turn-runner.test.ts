import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { counted } from '../../test/fakes/generator.ts';
import { beginCommand, command } from '../../test/support/commands.ts';
import { useRunners } from '../../test/support/runner.ts';
import { soon } from '../../test/support/soon.ts';
import { BadRequest, GeneratorBusy, GeneratorUnavailable } from '../generation/generator.ts';
import { findTurn } from '../storage/turns.ts';

const test = useRunners();
const { database, surfaceOf, startRunner, say, ended } = test;

describe('a turn', () => {
  it('is written, saved and shown, and the next goes on from it', async () => {
    startRunner();
    const first = await say(beginCommand('Count:', test.channel));
    expect(await ended(first)).toEqual({
      state: 'finished',
      delivery: 'delivered',
      text: counted(1, 20),
      end_reason: 'stop',
      completion_tokens: 20,
      prompt_tokens: 6,
      model: 'counting',
    });
    test.generator.last = 25;
    const second = await say(command('continue', { prompt: 'And on: 20' }, test.channel));
    expect((await ended(second)).text).toBe(counted(21, 25));
    const text = `Count:${counted(1, 20)}\n\nAnd on: 20`;
    expect(test.generator.requests.at(-1)?.prompt).toEqual({ kind: 'text', text });
    expect(await surfaceOf(test.channel).visible()).toEqual([counted(1, 20).trim(), counted(21, 25).trim()]);
    expect(surfaceOf(test.channel).violations).toEqual([]);
  });

  it('keeps how many calls showed it, and how many the platform put off', async () => {
    surfaceOf(test.channel).fail('rateLimited', 20);
    startRunner();
    const { id } = await say(beginCommand('Count:', test.channel));
    await soon(async () => {
      const { edits, rate_limited } = await database.db
        .selectFrom('turns')
        .select(['edits', 'rate_limited'])
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      expect(edits).toBeGreaterThan(1);
      expect({ edits, rate_limited }).toEqual({
        edits: surfaceOf(test.channel).calls.length,
        rate_limited: 1,
      });
    });
  });

  it('that goes on after a tale’s end has words to go on with, unless the model is spoken to', async () => {
    startRunner();
    const first = await say(beginCommand('Count, Ann:', test.channel));
    await ended(first);
    await database.db.updateTable('turns').set({ text: ' The end.' }).where('id', '=', first.id).execute();
    const second = await ended(await say(command('continue', {}, test.channel)));
    expect(second.text).toMatch(/^(The|One|Some|That|Then)[a-z, ]+, 1 2 3/);
    test.generator.info = { ...test.generator.info, chat: true };
    expect((await ended(await say(command('continue', {}, test.channel)))).text).toMatch(/^ 1 2 3/);
  });

  it('waits for those before it in its test.channel, and not for other channels’', async () => {
    test.generator.gate = new AbortController();
    startRunner();
    const turns = [];
    for (const name of [test.channel, test.channel, 'other', test.channel])
      turns.push(await say(beginCommand('Count:', name)));
    await soon(() => expect(test.generator.requests).toHaveLength(2));
    await delay(50);
    expect(test.generator.requests).toHaveLength(2);
    test.generator.gate.abort();
    for (const turn of turns) expect((await ended(turn)).state).toBe('finished');
    expect(test.generator.requests).toHaveLength(4);
  });

  it('of another version is shown in the same message', async () => {
    startRunner();
    await ended(await say(beginCommand('Count:', test.channel)));
    test.generator.last = 5;
    await ended(await say(command('retry', {}, test.channel)));
    const visible = await surfaceOf(test.channel).visible();
    expect(visible).toHaveLength(1);
    expect(visible[0]).toContain('1 2 3 4 5');
    expect(visible[0]).not.toContain('20');
  });

  it('ends when it is stopped, with what was written', async () => {
    test.generator.gate = new AbortController();
    startRunner();
    const turn = await say(beginCommand('Count:', test.channel));
    await soon(() => expect(test.generator.requests).toHaveLength(1));
    const next = await say(beginCommand('Waiting:', test.channel));
    await say(command('stop', {}, test.channel));
    expect(await ended(turn)).toMatchObject({ state: 'stopped', end_reason: 'abort' });
    expect(await ended(next)).toMatchObject({ state: 'stopped', text: '' });
    expect(await surfaceOf(test.channel).visible()).toHaveLength(2);
  });
});

describe('after trouble, every word is there once', () => {
  it.each([
    ['the generator breaks off', new Error('connection reset')],
    ['the generator is away', new GeneratorUnavailable('starting')],
    ['its queue is full', new GeneratorBusy(20)],
  ])('when %s', async (_, fault) => {
    test.generator.faults.set(1, fault).set(8, fault).set(15, fault);
    startRunner();
    const turn = await say(beginCommand('Count:', test.channel));
    expect(await ended(turn)).toMatchObject({
      state: 'finished',
      text: counted(1, 20),
      completion_tokens: 20,
    });
    expect(test.generator.requests).toHaveLength(4);
    expect(test.generator.requests.at(-1)?.options.maxTokens).toBe(320 - 14);
    expect(await surfaceOf(test.channel).visible()).toEqual([counted(1, 20).trim()]);
  });

  it('when the writing process is told to go, and another takes over in the same message', async () => {
    const runner = startRunner();
    test.generator.gate = new AbortController();
    const turn = await say(beginCommand('Count:', test.channel));
    await soon(() => expect(test.generator.requests).toHaveLength(1));
    await runner.stop();
    expect(await findTurn(database.db, turn.id)).toMatchObject({ state: 'queued', attempts: 0 });
    test.runners = [];
    test.generator.gate = undefined;
    startRunner();
    expect(await ended(turn)).toMatchObject({ state: 'finished', text: counted(1, 20) });
    expect(await surfaceOf(test.channel).visible()).toEqual([counted(1, 20).trim()]);
  });

  it('when the writing process is told to go at the very end of a turn', async () => {
    const runner = startRunner();
    let stopped: Promise<void> | undefined;
    const { generator } = test;
    const generate = generator.generate.bind(generator);
    generator.generate = async function* (...request) {
      for await (const event of generate(...request)) {
        if (event.type === 'end') stopped = runner.stop();
        yield event;
      }
    };
    const turn = await say(beginCommand('Count:', test.channel));
    await soon(() => expect(stopped).toBeDefined());
    await stopped;
    expect(await findTurn(database.db, turn.id)).toMatchObject({ state: 'finished', text: counted(1, 20) });
    startRunner();
    expect(await ended(turn)).toMatchObject({ delivery: 'delivered' });
    expect(await surfaceOf(test.channel).visible()).toEqual([counted(1, 20).trim()]);
  });

  it('when the writing process dies, and its lease runs out', async () => {
    const turn = await say(beginCommand('Count:', test.channel));
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
    const turn = await say(beginCommand('Count:', test.channel));
    await database.db
      .updateTable('turns')
      .set({ state: 'finished', text: counted(1, 3), finished_at: new Date(), end_reason: 'stop' })
      .where('id', '=', turn.id)
      .execute();
    startRunner();
    expect((await ended(turn)).delivery).toBe('delivered');
    expect(await surfaceOf(test.channel).visible()).toEqual([counted(1, 3).trim()]);
  });
});

describe('a turn that can’t be written fails with a sentence', () => {
  it('when the generator refuses it', async () => {
    test.generator.faults.set(1, new BadRequest('prompt', 'too long'));
    startRunner();
    const turn = await say(beginCommand('Count:', test.channel));
    expect(await ended(turn)).toMatchObject({
      state: 'failed',
      end_reason: 'badRequest',
      delivery: 'delivered',
    });
  });

  it('when it has ended its process again and again', async () => {
    const turn = await say(beginCommand('Count:', test.channel));
    await database.db.updateTable('turns').set({ attempts: 10 }).where('id', '=', turn.id).execute();
    startRunner();
    expect(await ended(turn)).toMatchObject({ state: 'failed', end_reason: 'gaveUp' });
    expect(test.generator.requests).toHaveLength(0);
  });
});

it('many processes write many channels’ turns once each', async () => {
  for (let n = 0; n < 4; n++) startRunner();
  const turns = [];
  for (let n = 0; n < 40; n++) turns.push(await say(beginCommand('Count:', `${test.channel} ${n % 8}`)));
  for (const turn of turns)
    expect(await ended(turn)).toMatchObject({ state: 'finished', text: counted(1, 20) });
  expect(test.generator.requests).toHaveLength(40);
  expect(test.generator.mostAtOnce).toBeLessThanOrEqual(8);
});
