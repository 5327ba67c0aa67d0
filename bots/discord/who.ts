import {
  ApplicationIntegrationType,
  type BaseInteraction,
  InteractionContextType,
  PermissionFlagsBits,
} from 'discord.js';
import type { ReplyAddress } from '../../src/reply/surface.ts';
import type { StoryCommand } from '../../src/story/command.ts';
import { platformName, replyAddress } from './address.ts';

type Base = Pick<StoryCommand, 'channel' | 'author' | 'locale' | 'dedupeKey'>;

/** What every command of an interaction carries: where, who, in which language, and which event it was. */
export function commandBase(interaction: BaseInteraction, channelName: string | undefined): Base {
  const { guildId, user } = interaction;
  const channelId = channelOf(interaction);
  return {
    channel: {
      platform: platformName,
      externalId: channelId,
      ...(channelName ? { name: channelName } : {}),
      accessKeys: [
        `${platformName}:channel:${channelId}`,
        `${platformName}:user:${user.id}`,
        ...(guildId ? [`${platformName}:guild:${guildId}`] : []),
      ],
    },
    author: { platform: platformName, externalId: user.id, name: user.displayName },
    locale: interaction.locale,
    dedupeKey: `${platformName}:${interaction.id}`,
  };
}

/** A thread counts as a channel of its own: Discord gives its id as the channel's. */
export const channelOf = ({ channelId }: BaseInteraction): string => channelId ?? '';

/** The address of the reply to an interaction. `original`: its answer still "thinks", and waits to be filled. */
export function addressOf(interaction: BaseInteraction, now: number, original: boolean): ReplyAddress {
  return replyAddress({
    channelId: channelOf(interaction),
    member: isMember(interaction),
    interaction: {
      applicationId: interaction.applicationId,
      token: interaction.token,
      at: now,
      original,
    },
    showPrompt: true,
  });
}

/** Whether the bot itself is there, and sees the channel; a person may have brought only its commands. */
function isMember({
  guildId,
  context,
  appPermissions,
  authorizingIntegrationOwners,
}: BaseInteraction): boolean {
  if (!guildId) return context !== InteractionContextType.PrivateChannel;
  const isInstalled = authorizingIntegrationOwners[ApplicationIntegrationType.GuildInstall] !== undefined;
  return isInstalled && appPermissions.has(PermissionFlagsBits.ViewChannel);
}

/** In a server, members who may manage the channel; in a DM, everybody. */
export function mayManage({ guildId, memberPermissions }: BaseInteraction): boolean {
  return !guildId || memberPermissions?.has(PermissionFlagsBits.ManageChannels) === true;
}
