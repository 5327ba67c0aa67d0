import type { PlatformFactory } from './platform.ts';

/** Every platform, by name, loaded when it is wanted: a new one is a folder here and a line in this list. */
export const platforms: Record<string, () => Promise<PlatformFactory>> = {
  discord: async () => (await import('./discord/index.ts')).createDiscord,
  telegram: async () => (await import('./telegram/index.ts')).createTelegram,
};
