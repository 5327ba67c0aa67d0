import { z } from 'zod';
import type { ReplyAddress } from '../../src/reply/surface.ts';

/** The interaction that asked for a reply: its token can write messages for 15 minutes. */
const interactionSchema = z.object({
  applicationId: z.string(),
  token: z.string(),
  /** When it came, in milliseconds since the epoch. */
  at: z.number(),
  /** Its answer still "thinks", and is to become the reply's first message. */
  original: z.boolean(),
});

const addressSchema = z.object({
  channelId: z.string(),
  /** The bot is a member there, and can write with its own token, for as long as it likes. */
  member: z.boolean(),
  interaction: interactionSchema,
  /** Discord doesn't show what was asked: the prompt is shown as the text's beginning. */
  showPrompt: z.literal(true),
});

/** Where a reply goes on Discord: stored with the turn. */
export type DiscordAddress = z.infer<typeof addressSchema>;

export const platformName = 'discord';

export const replyAddress = (data: DiscordAddress): ReplyAddress => ({ platform: platformName, data });

/** @throws {z.ZodError} for an address that is none of Discord's */
export const parseAddress = (address: ReplyAddress): DiscordAddress => addressSchema.parse(address.data);

/** https://discord.com/developers/docs/interactions/receiving-and-responding: valid for 15 minutes; one is kept back. */
const tokenMs = 14 * 60_000;
/** From here on a message says where the rest will be found. */
const handOverMs = 13 * 60_000;

export const tokenLives = ({ interaction }: DiscordAddress, now: number) => now < interaction.at + tokenMs;
export const tokenEnds = ({ interaction }: DiscordAddress, now: number) => now >= interaction.at + handOverMs;
