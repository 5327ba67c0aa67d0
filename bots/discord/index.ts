import type { PlatformFactory } from '../platform.ts';
import { DiscordPlatform } from './platform.ts';

/** Discord, where DISCORD_TOKEN is set. */
export const createDiscord: PlatformFactory = (context) => {
  // Some copy it with the word that goes before it in HTTP.
  const token = context.config.discord.token?.replace(/^Bot\s+/i, '');
  return token ? new DiscordPlatform(context, token) : undefined;
};
