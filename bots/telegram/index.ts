import type { PlatformFactory } from '../platform.ts';
import { Telegram } from './telegram.ts';

/** Telegram, when TELEGRAM_TOKEN is set. */
export const createTelegram: PlatformFactory = (context) => {
  const { token } = context.config.telegram;
  return token === undefined ? undefined : new Telegram(context, token);
};
