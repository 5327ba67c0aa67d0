import { Refused } from '../input.ts';
import { isLive } from '../story.ts';
import type { CommandHandler } from './context.ts';
import { turnOrHead } from './find.ts';
import { queueTurn } from './queue-turn.ts';

/** Another version: a sibling with the same prompt, shown in the same messages. */
export const retry: CommandHandler<'retry'> = (context, command) =>
  queueTurn(context, command, async (db, channel) => {
    const turn = await turnOrHead(db, channel, command.turnId, 'nothingToContinue');
    if (isLive(turn)) throw new Refused('stillWriting');
    return {
      storyId: turn.storyId,
      parentId: turn.parentId,
      prompt: turn.prompt,
      messageRefs: turn.messageRefs,
    };
  });
