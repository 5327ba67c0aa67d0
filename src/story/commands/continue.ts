import { checkPrompt } from '../input.ts';
import type { CommandHandler } from './context.ts';
import { turnOrHead } from './find.ts';
import { queueTurn } from './queue-turn.ts';

/** After a turn that is still being written, the new one waits its turn and then goes on from the whole text. */
export const continueStory: CommandHandler<'continue'> = async (context, command) => {
  const prompt = command.prompt?.trim() ? checkPrompt(command.prompt) : '';
  return queueTurn(context, command, async (db, channel) => {
    const parent = await turnOrHead(db, channel, command.turnId, 'nothingToContinue');
    return { storyId: parent.storyId, parentId: parent.id, prompt };
  });
};
