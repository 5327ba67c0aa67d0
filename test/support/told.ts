import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { claimTurn, endTurn, saveDelivery } from '../../src/storage/leases.ts';
import type { StoryCommand } from '../../src/story/command.ts';
import type { Outcome } from '../../src/story/outcome.ts';
import type { Turn } from '../../src/story/story.ts';
import { createStoryteller, type Storyteller } from '../../src/story/storyteller.ts';
import { FakeClock } from '../fakes/clock.ts';
import { type TestDatabase, useDatabase } from './database.ts';

const access = { allow: [] as string[], deny: [] as string[], turnsPerHour: 0 };

/** A storyteller over a database of this file's own, and what a TurnRunner would do for it. */
export function useStoryteller() {
  const database: TestDatabase = useDatabase();
  return {
    database,
    create: (rules: Partial<typeof access> = {}, clock = new FakeClock(Date.now())): Storyteller =>
      createStoryteller({
        db: database.db,
        access: { ...access, ...rules },
        clock,
        logger: pino({ level: 'silent' }),
      }),
    /** Writes the oldest turn that waits, and shows it. */
    async write(text: string): Promise<Turn> {
      const owner = randomUUID();
      const turn = await claimTurn(database.db, owner, ['test']);
      const end = { text, completionTokens: 3, endReason: 'stop' };
      const ended = await endTurn(database.db, turn!.id, owner, 'finished', end);
      await saveDelivery(database.db, turn!.id, owner, 'delivered');
      return ended!;
    },
  };
}

/** The turn that comes of a command; throws when it is refused. */
export async function accept(storyteller: Storyteller, given: StoryCommand): Promise<Turn> {
  const outcome = await storyteller.handle(given);
  if (outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome));
  return outcome.turn;
}

export const reasonOf = (outcome: Outcome) => (outcome.kind === 'refused' ? outcome.reason : outcome.kind);
