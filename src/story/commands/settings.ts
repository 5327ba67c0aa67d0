import { z } from 'zod';
import { samplingRanges, samplingSettingsSchema } from '../../generation/options.ts';
import { findChannel, lockChannel, saveSettings } from '../../storage/people.ts';
import { Refused } from '../input.ts';
import type { ChannelSettings } from '../story.ts';
import type { CommandHandler } from './context.ts';

const settingsSchema = samplingSettingsSchema.extend({ language: z.enum(['en', 'ru']) }).partial();

/** @throws {Refused} at the first value that is out of its range, with the range */
function checkSettings(changes: Partial<ChannelSettings>): ChannelSettings {
  const result = settingsSchema.safeParse(changes);
  if (result.success) return result.data as ChannelSettings;
  const name = String(result.error.issues[0]?.path[0] ?? '');
  const range = samplingRanges[name as keyof typeof samplingRanges];
  throw new Refused('badSetting', { expected: range ? `${range.min}–${range.max}` : 'en, ru' });
}

export const settings: CommandHandler<'settings'> = async ({ db }, command) => {
  if (!command.changes && !command.reset) {
    const channel = await findChannel(db, command.channel);
    return { kind: 'settings', settings: channel?.settings ?? {}, changed: false };
  }
  const changes = checkSettings(command.changes ?? {});
  return db.transaction().execute(async (transaction) => {
    const channel = await lockChannel(transaction, command.channel);
    const settings = { ...(command.reset ? {} : channel.settings), ...changes };
    await saveSettings(transaction, channel.id, settings);
    return { kind: 'settings', settings, changed: true };
  });
};
