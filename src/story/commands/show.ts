import { lockChannel } from '../../storage/people.ts';
import { findStory, moveHead } from '../../storage/stories.ts';
import { findTurn, viewTurn } from '../../storage/turns.ts';
import { Refused } from '../input.ts';
import { isLive } from '../story.ts';
import type { CommandHandler } from './context.ts';
import { turnOfChannel } from './find.ts';

/** Shows a version. Where its sibling was the story's head, the story goes on from the version from now on. */
export const show: CommandHandler<'show'> = ({ db }, command) =>
  db.transaction().execute(async (transaction) => {
    const channel = await lockChannel(transaction, command.channel);
    const turn = await turnOfChannel(transaction, channel, command.turnId);
    const story = await findStory(transaction, turn.storyId);
    const head = story?.headTurnId ? await findTurn(transaction, story.headTurnId) : undefined;
    if (isLive(turn) || (head && isLive(head))) throw new Refused('stillWriting');
    if (head && head.parentId === turn.parentId) await moveHead(transaction, turn.storyId, turn.id);
    const view = await viewTurn(transaction, turn.id);
    if (!view) throw new Refused('notFound');
    return { kind: 'shown', view };
  });
