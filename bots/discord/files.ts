import type { ChatInputCommandInteraction } from 'discord.js';
import type { FileLimits } from '../../src/export/split.ts';
import type { ExportFile } from '../../src/reply/surface.ts';
import type { Catalogue } from '../../src/texts/catalogue.ts';
import type { Bot } from './bot.ts';

/** Where an interaction doesn't say, 10 MiB a file: https://discord.com/developers/docs/reference#uploading-files */
const leastLimit = 10 * 1024 * 1024;
/**
 * The answer, and the messages after it. Discord lets 5 follow, where the bot is not a member:
 * https://discord.com/developers/docs/interactions/receiving-and-responding#followup-messages
 */
const mostFiles = 5;

/** What may be sent in answer to an interaction. */
export function fileLimits({ attachmentSizeLimit }: ChatInputCommandInteraction): FileLimits {
  return { bytes: attachmentSizeLimit ?? leastLimit, files: mostFiles };
}

/** Answers with files, one a message. */
export async function giveFiles(
  bot: Bot,
  interaction: ChatInputCommandInteraction,
  files: AsyncIterable<ExportFile>,
  { discord: { done } }: Catalogue,
): Promise<void> {
  let isAnswer = true;
  for await (const file of files) {
    if (isAnswer) await bot.say(interaction, done.exported, [], file);
    else await bot.whisper(interaction, '', file);
    isAnswer = false;
  }
}
