import type { ChatInputCommandInteraction } from 'discord.js';
import type { ExportFile } from '../../src/reply/surface.ts';
import type { Catalogue } from '../../src/texts/catalogue.ts';
import { message } from './answer.ts';

/** Where an interaction doesn't say: https://discord.com/developers/docs/reference#uploading-files */
const leastLimit = 10 * 1024 * 1024;

/** Answers with a file, or says that it is too large for the place. */
export async function giveFile(
  interaction: ChatInputCommandInteraction,
  file: ExportFile,
  { discord: { done } }: Catalogue,
): Promise<void> {
  const fits = file.data.length <= (interaction.attachmentSizeLimit ?? leastLimit);
  await interaction.editReply(fits ? message(done.exported, [], file) : message(done.tooLarge));
}
