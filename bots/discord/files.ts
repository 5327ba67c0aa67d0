import type { ChatInputCommandInteraction } from 'discord.js';
import type { ExportFile } from '../../src/reply/surface.ts';
import type { Catalogue } from '../../src/texts/catalogue.ts';
import type { Bot } from './bot.ts';

/** Where an interaction doesn't say: https://discord.com/developers/docs/reference#uploading-files */
const leastLimit = 10 * 1024 * 1024;

/** Answers with a file, or says that it is too large for the place. */
export async function giveFile(
  bot: Bot,
  interaction: ChatInputCommandInteraction,
  file: ExportFile,
  { discord: { done } }: Catalogue,
): Promise<void> {
  const fits = file.data.length <= (interaction.attachmentSizeLimit ?? leastLimit);
  if (fits) await bot.say(interaction, done.exported, [], file);
  else await bot.say(interaction, done.tooLarge);
}
