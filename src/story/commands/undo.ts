import type { Database } from '../../storage/database.ts';
import { isBeingShown } from '../../storage/leases.ts';
import { lockChannel } from '../../storage/people.ts';
import { findStory, moveHead } from '../../storage/stories.ts';
import { findTurn, viewTurn } from '../../storage/turns.ts';
import { Refused } from '../input.ts';
import { isLive, type Turn } from '../story.ts';
import type { CommandContext, CommandHandler, CommandOf } from './context.ts';
import { turnOrHead } from './find.ts';

/** How long a turn's messages are waited for, which may be seen a moment before they are stored. */
const patienceMs = 5_000;
const lookEveryMs = 20;

/** Moves the story's head to the turn before; the turn itself stays in the tree, with the messages that show it. */
export const undo: CommandHandler<'undo'> = async (context, command) => {
  const { removed, head } = await context.db.transaction().execute((trx) => takeBack(trx, command));
  return { kind: 'undone', removed: await whenShown(context, removed), head };
};

async function takeBack(transaction: Database, command: CommandOf<'undo'>) {
  const channel = await lockChannel(transaction, command.channel);
  const turn = await turnOrHead(transaction, channel, command.turnId, 'nothingToUndo');
  const story = await findStory(transaction, turn.storyId);
  if (story?.headTurnId !== turn.id) throw new Refused('nothingToUndo');
  if (isLive(turn)) throw new Refused('stillWriting');
  await moveHead(transaction, story.id, turn.parentId);
  const head = turn.parentId ? await viewTurn(transaction, turn.parentId) : undefined;
  return { removed: turn, head };
}

async function whenShown({ db, clock }: CommandContext, turn: Turn): Promise<Turn> {
  const end = clock.now() + patienceMs;
  while (clock.now() < end && (await isBeingShown(db, turn.id))) await clock.sleep(lookEveryMs);
  return (await findTurn(db, turn.id)) ?? turn;
}
