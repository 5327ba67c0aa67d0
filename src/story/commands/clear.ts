import { lockChannel } from '../../storage/people.ts';
import { deleteStories } from '../../storage/stories.ts';
import { liveTurns } from '../../storage/turns.ts';
import { Refused } from '../input.ts';
import type { CommandHandler } from './context.ts';

export const clear: CommandHandler<'clear'> = ({ db }, command) =>
  db.transaction().execute(async (transaction) => {
    const channel = await lockChannel(transaction, command.channel);
    if ((await liveTurns(transaction, channel.id)).length > 0) throw new Refused('stillWriting');
    return { kind: 'cleared', stories: await deleteStories(transaction, channel.id) };
  });
