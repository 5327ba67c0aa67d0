import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterEach, beforeEach, expect } from 'vitest';
import { systemClock } from '../../src/ops/clock.ts';
import { createMetrics } from '../../src/ops/metrics.ts';
import type { StoryCommand } from '../../src/story/command.ts';
import type { Turn } from '../../src/story/story.ts';
import { createStoryteller } from '../../src/story/storyteller.ts';
import { TurnRunner } from '../../src/story/turn-runner.ts';
import { CountingGenerator } from '../fakes/generator.ts';
import { MemorySurface } from '../fakes/surface.ts';
import { useDatabase } from './database.ts';
import { soon } from './soon.ts';
import { notify } from './telling.ts';

const logger = pino({ level: 'silent' });

/** Runners over a database of this file's own; each test has a channel and a generator of its own. */
export function useRunners() {
  const database = useDatabase();
  const surfaces = new Map<string, MemorySurface>();
  const test = {
    database,
    generator: new CountingGenerator(),
    channel: '',
    runners: [] as TurnRunner[],

    surfaceOf(name: string): MemorySurface {
      const limits = { minEditIntervalMs: 10, maxLength: 2_000 };
      const surface = surfaces.get(name) ?? new MemorySurface({ clock: systemClock, limits });
      surfaces.set(name, surface);
      return surface;
    },

    startRunner(): TurnRunner {
      const runner = new TurnRunner({
        db: database.db,
        generator: test.generator,
        clock: systemClock,
        logger,
        metrics: createMetrics(),
        platforms: ['test'],
        surfaceFor: (turn) => test.surfaceOf((turn.replyAddress.data as { channel: string }).channel),
      });
      runner.start();
      test.runners.push(runner);
      return runner;
    },

    /** Has a command done, and the runners told of it. */
    async say(given: StoryCommand): Promise<Turn> {
      const access = { allow: [], deny: [], turnsPerHour: 0 };
      const storyteller = createStoryteller({ db: database.db, access, clock: systemClock, logger });
      const outcome = await storyteller.handle(given);
      for (const runner of test.runners) notify(runner, 'test', outcome);
      return outcome.kind === 'accepted' ? outcome.turn : ({} as Turn);
    },

    /** The turn's row, once its last edit is made. */
    ended: (turn: Turn) =>
      soon(async () => {
        const row = await database.db
          .selectFrom('turns')
          .select(['state', 'delivery', 'text', 'end_reason', 'completion_tokens', 'prompt_tokens', 'model'])
          .where('id', '=', turn.id)
          .executeTakeFirstOrThrow();
        expect(row.delivery).not.toBe('pending');
        return row;
      }),
  };
  beforeEach(() => {
    test.generator = new CountingGenerator();
    test.channel = randomUUID();
  });
  afterEach(async () => {
    await Promise.all(test.runners.map((runner) => runner.stop()));
    test.runners = [];
  });
  return test;
}
