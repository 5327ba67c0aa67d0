import { validate as isUuid } from 'uuid';
import { exportToFiles } from '../../export/export-file.ts';
import { findFormat, formatNames } from '../../export/formats.ts';
import { ExportTooLarge } from '../../export/split.ts';
import { findChannel } from '../../storage/people.ts';
import { findStory, newestStory } from '../../storage/stories.ts';
import { Refused } from '../input.ts';
import type { CommandHandler } from './context.ts';

/** The channel's stories, or one of them, as files. */
export const exportStories: CommandHandler<'export'> = async ({ db, clock }, command) => {
  const { storyId, locale, limits } = command;
  const format = findFormat(command.format);
  if (!format) throw new Refused('badSetting', { expected: formatNames.join(', ') });
  const channel = await findChannel(db, command.channel);
  if (!channel || !(await newestStory(db, channel.id))) throw new Refused('nothingToContinue');
  if (storyId !== undefined) {
    const story = isUuid(storyId) ? await findStory(db, storyId) : undefined;
    if (story?.channelId !== channel.id) throw new Refused('notFound');
  }
  const filter = { channel: channel.id, story: storyId };
  try {
    const takenAt = new Date(clock.now());
    return { kind: 'exported', files: await exportToFiles({ db, format, filter, locale, takenAt }, limits) };
  } catch (error) {
    if (error instanceof ExportTooLarge) throw new Refused('exportTooLarge');
    throw error;
  }
};
