import type { PlatformFactory } from './platform.ts';

/** Every platform, by name, loaded when it is wanted: a new one is a folder here and a line in this list. */
export const platforms: Record<string, () => Promise<PlatformFactory>> = {
  web: async () => (await import('./web/index.ts')).createWeb,
  discord: async () => (await import('./discord/index.ts')).createDiscord,
  telegram: async () => (await import('./telegram/index.ts')).createTelegram,
};
