import { z } from 'zod';
import type { MessageRef, ReplyAddress } from '../../src/reply/surface.ts';
import type { ChannelRef } from '../../src/story/command.ts';

export const platformName = 'telegram';

const placeSchema = z.object({
  chat: z.number().int(),
  /** A topic of a forum, or of a private chat with topics; none for the general one. */
  thread: z.number().int().optional(),
  private: z.boolean(),
});

/** A chat, or one topic of it. */
export type Place = z.infer<typeof placeSchema>;

const addressSchema = placeSchema.extend({
  /** The person's message that is answered. */
  replyTo: z.number().int().optional(),
  /** The prompt stands in no message of the person's own: the reply begins with it (src/story/display.ts). */
  showPrompt: z.boolean().optional(),
});

export type TelegramAddress = z.infer<typeof addressSchema>;

export function toReplyAddress(address: TelegramAddress): ReplyAddress {
  return { platform: platformName, data: JSON.parse(JSON.stringify(address)) };
}

/** @throws {z.ZodError} for an address that this platform did not make */
export const readAddress = (address: ReplyAddress): TelegramAddress => addressSchema.parse(address.data);

const refSchema = z.union([z.object({ message: z.number().int() }), z.object({ draft: z.number().int() })]);

/** A message of the chat, or a draft that is still being written. */
export type TelegramRef = z.infer<typeof refSchema>;

/** @throws {z.ZodError} for a reference that this platform did not make */
export const readRef = (ref: MessageRef): TelegramRef => refSchema.parse(ref);

/** A topic is a channel with stories of its own. */
export function channelOf(place: Place, title?: string): ChannelRef {
  const { chat, thread } = place;
  return {
    platform: platformName,
    externalId: thread === undefined ? `${chat}` : `${chat}:${thread}`,
    accessKeys: [`${platformName}:chat:${chat}`],
    ...(title === undefined ? {} : { name: title }),
  };
}
