import { createDiscord } from './discord/index.ts';
import type { PlatformFactory } from './platform.ts';
import { createTelegram } from './telegram/index.ts';

/** Every platform, by name: a new one is a folder here and a line in this list. */
export const platforms: Record<string, PlatformFactory> = { discord: createDiscord, telegram: createTelegram };
