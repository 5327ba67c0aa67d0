import type { MessageRef } from '../reply/surface.ts';
import { isConnectionTrouble, isDeadlock } from '../storage/connection.ts';
import { isBlocked } from '../storage/people.ts';
import { findTurn, saveMessageRefs, viewTurn } from '../storage/turns.ts';
import { textsFor } from '../texts/catalogue.ts';
import type { RefusalDetails } from '../texts/en.ts';
import { checkAccess } from './access.ts';
import type { StoryCommand } from './command.ts';
import type { CommandContext, CommandHandler } from './commands/context.ts';
import { handlers } from './commands/index.ts';
import { Refused } from './input.ts';
import type { Outcome, RefusalReason } from './outcome.ts';
import type { TurnView } from './story.ts';

/** The story life behind every platform. */
export interface Storyteller {
  /**
   * Does what a person asked. A turn is committed before this resolves, and written afterwards by a TurnRunner.
   * Never throws for anything a person or a database can do: that comes back as `refused`, with its sentence.
   */
  handle(command: StoryCommand): Promise<Outcome>;
  /** A turn with what its buttons need, or undefined when there is none (any more). */
  view(turnId: string): Promise<TurnView | undefined>;
  /** Notes which messages show a turn and its versions, after an adapter has shown it anew. */
  saveMessageRefs(turnId: string, refs: MessageRef[]): Promise<void>;
}

/**
 * What somebody who is blocked can't do, beside asking for turns, which `checkQuota` refuses: they may read, take along
 * what is there, and be forgotten.
 */
const changing = new Set<StoryCommand['kind']>(['undo', 'stop', 'show', 'settings', 'clear']);

export function createStoryteller(context: CommandContext): Storyteller {
  const { db, access, clock, logger } = context;

  function refuse(command: StoryCommand, reason: RefusalReason, details: RefusalDetails = {}): Outcome {
    const text = textsFor(command.locale).refusals[reason](details);
    const retryAt =
      details.seconds === undefined ? {} : { retryAt: new Date(clock.now() + details.seconds * 1000) };
    return { kind: 'refused', reason, text, ...retryAt };
  }

  return {
    async handle(command) {
      try {
        // Being forgotten is everybody's right.
        if (command.kind !== 'forget') checkAccess(command, access);
        if (changing.has(command.kind) && (await isBlocked(db, command.author))) throw new Refused('blocked');
        const handler = handlers[command.kind] as CommandHandler<StoryCommand['kind']> | undefined;
        if (!handler) throw new Error(`Nothing handles ${command.kind}`);
        return await handler(context, command).catch((error: unknown) => {
          // Whoever was in the way has gone on meanwhile, and nothing of this was kept.
          if (isDeadlock(error)) return handler(context, command);
          throw error;
        });
      } catch (error) {
        if (error instanceof Refused) return refuse(command, error.reason, error.details);
        logger.error(
          { error, command: command.kind, channel: command.channel.externalId },
          'a command failed',
        );
        return refuse(command, isConnectionTrouble(error) ? 'databaseDown' : 'internal');
      }
    },
    view: (turnId) => viewTurn(db, turnId),
    async saveMessageRefs(turnId, refs) {
      const turn = await findTurn(db, turnId);
      if (turn) await saveMessageRefs(db, turn, refs);
    },
  };
}
