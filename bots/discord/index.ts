import type { PlatformFactory } from '../platform.ts';
import { DiscordPlatform } from './platform.ts';

/** Discord, where DISCORD_TOKEN is set. */
export const createDiscord: PlatformFactory = (context) => {
  const { token } = context.config.discord;
  return token ? new DiscordPlatform(context, token) : undefined;
};
