import { lockChannel } from '../../storage/people.ts';
import { findStory, moveHead } from '../../storage/stories.ts';
import { viewTurn } from '../../storage/turns.ts';
import { Refused } from '../input.ts';
import type { CommandHandler } from './context.ts';
import { turnOrHead } from './find.ts';

/** Moves the story's head to the turn before; the turn itself stays in the tree. */
export const undo: CommandHandler<'undo'> = ({ db }, command) =>
  db.transaction().execute(async (transaction) => {
    const channel = await lockChannel(transaction, command.channel);
    const turn = await turnOrHead(transaction, channel, command.turnId, 'nothingToUndo');
    const story = await findStory(transaction, turn.storyId);
    if (story?.headTurnId !== turn.id) throw new Refused('nothingToUndo');
    if (turn.state === 'queued' || turn.state === 'writing') throw new Refused('stillWriting');
    await moveHead(transaction, story.id, turn.parentId);
    const head = turn.parentId ? await viewTurn(transaction, turn.parentId) : undefined;
    return { kind: 'undone', removed: turn, head };
  });
