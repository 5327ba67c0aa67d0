import { requestStop } from '../../storage/leases.ts';
import { notify } from '../../storage/notifications.ts';
import { Refused } from '../input.ts';
import type { CommandHandler } from './context.ts';
import { knownChannel, turnOfChannel } from './find.ts';

/** What is being written ends within a token, wherever its writer runs; what waits is not begun. */
export const stop: CommandHandler<'stop'> = async ({ db }, command) => {
  const channel = await knownChannel(db, command.channel, 'nothingToStop');
  const turn = command.turnId === undefined ? undefined : await turnOfChannel(db, channel, command.turnId);
  const stopped = await requestStop(db, channel.id, turn?.id);
  if (stopped.length === 0) throw new Refused('nothingToStop');
  for (const { id } of stopped) await notify(db, { type: 'stop', turnId: id });
  return { kind: 'stopping', turnIds: stopped.map(({ id }) => id) };
};
