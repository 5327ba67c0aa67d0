import { type Client, Events, InteractionType, PermissionsBitField } from 'discord.js';
import { z } from 'zod';

const snowflake = z.string().regex(/^\d{1,20}$/);
const user = z.object({
  id: snowflake,
  username: z.string().default(''),
  global_name: z.string().nullish(),
  discriminator: z.string().default('0'),
});

interface Option {
  name: string;
  type: number;
  value?: string | number | boolean | undefined;
  focused?: boolean | undefined;
  options?: Option[] | undefined;
}
const option: z.ZodType<Option> = z.object({
  name: z.string(),
  type: z.number(),
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
  focused: z.boolean().optional(),
  get options() {
    return z.array(option).optional();
  },
});
const command = z.object({
  id: snowflake.default('0'),
  name: z.string(),
  type: z.literal(1),
  options: z.array(option).default([]),
});

const everyPermission = String(PermissionsBitField.All);
const bits = z.string().regex(/^\d+$/);

const base = z.object({
  id: snowflake,
  application_id: snowflake,
  token: z.string().min(1),
  version: z.number().default(1),
  channel_id: snowflake,
  channel: z.object({ id: snowflake, type: z.number(), name: z.string().nullish() }).nullish(),
  guild_id: snowflake.nullish(),
  user: user.nullish(),
  member: z.object({ user, permissions: bits.nullish() }).nullish(),
  app_permissions: bits.default(everyPermission),
  locale: z.string().default('en-US'),
  entitlements: z.array(z.never()).catch([]).default([]),
  authorizing_integration_owners: z.record(z.string(), z.string()).default({ 0: '0' }),
  context: z.number().nullish(),
  attachment_size_limit: z.number().nullish(),
});

/** The parts of an interaction that we use; what else it holds is dropped. */
const interactionSchema = z.discriminatedUnion('type', [
  base.extend({ type: z.literal(InteractionType.ApplicationCommand), data: command }),
  base.extend({ type: z.literal(InteractionType.ApplicationCommandAutocomplete), data: command }),
  base.extend({
    type: z.literal(InteractionType.MessageComponent),
    data: z.object({ custom_id: z.string(), component_type: z.literal(2) }),
    message: z.object({ id: snowflake, channel_id: snowflake }),
  }),
]);

/** The names of channels, by the interaction that told them: discord.js keeps none of places it does not cache. */
export interface ChannelNames {
  take(interactionId: string): string | undefined;
}

/**
 * Lets only interactions of the documented form through to discord.js, which throws at others from within its socket's
 * handler, where nobody can catch it. `onOdd` is told of those it keeps away.
 */
export function guardInteractions(client: Client, onOdd: (reason: string) => void): ChannelNames {
  const names = new Map<string, string>();
  client.on(Events.Raw, (packet: { t: string | null; d: unknown }) => {
    if (packet.t !== 'INTERACTION_CREATE') return;
    const { success, data, error } = interactionSchema.safeParse(packet.d);
    const hasPerson = data?.user ?? data?.member;
    if (success && hasPerson) {
      if (data.channel?.name) names.set(data.id, data.channel.name);
      packet.d = { ...data, channel: data.channel ?? { id: data.channel_id, type: 0 } };
      return;
    }
    // discord.js passes over events that it doesn't know.
    packet.t = null;
    const issue = error?.issues[0];
    onOdd(issue ? `${issue.path.join('.')}: ${issue.message}` : 'user: missing');
  });
  return {
    take(interactionId) {
      const name = names.get(interactionId);
      names.delete(interactionId);
      return name;
    },
  };
}
