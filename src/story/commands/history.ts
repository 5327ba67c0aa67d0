import { findChannel } from '../../storage/people.ts';
import { listStories } from '../../storage/stories.ts';
import type { CommandHandler } from './context.ts';

/** The most stories that one page of history shows. */
const pageSize = 20;

export const history: CommandHandler<'history'> = async (
  { db },
  { channel: ref, limit = pageSize, before },
) => {
  const channel = await findChannel(db, ref);
  const stories = channel ? await listStories(db, channel.id, { limit: Math.min(limit, 100), before }) : [];
  return { kind: 'history', stories };
};
