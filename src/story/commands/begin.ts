import { createStory } from '../../storage/stories.ts';
import { checkPrompt, titleOf } from '../input.ts';
import type { CommandHandler } from './context.ts';
import { queueTurn } from './queue-turn.ts';

export const begin: CommandHandler<'begin'> = async (context, command) => {
  const prompt = checkPrompt(command.prompt);
  return queueTurn(context, command, async (db, channel) => {
    const story = await createStory(db, channel.id, titleOf(prompt));
    return { storyId: story.id, parentId: null, prompt };
  });
};
