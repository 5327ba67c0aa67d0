import type { CommandBody, CommandOption } from './bodies.ts';
import type { Commands } from './commands.ts';
import type { Gateway } from './gateway.ts';
import type { FakeInteraction, Interactions } from './interactions.ts';
import { attachmentSizeLimit, type Messages } from './messages.ts';
import type { BotAccess, FakeMessage, World } from './world.ts';

/** Who does something, and where. */
export interface Person {
  channel: string;
  user: string;
  /** As the person's client is set. */
  locale?: string;
  /** The person's permissions in a server, as bits; without: an ordinary member. */
  permissions?: bigint;
}

export type OptionValues = Record<string, string | number | boolean>;

/** https://discord.com/developers/docs/topics/permissions */
const permission = { viewChannel: 1n << 10n, send: 1n << 11n, embed: 1n << 14n, attach: 1n << 15n } as const;
const sendInThreads = 1n << 38n;
export const manageChannels = 1n << 4n;
const ordinary = permission.viewChannel | permission.send;
const appPermissions: Record<BotAccess, bigint> = {
  full: ordinary | permission.embed | permission.attach | sendInThreads,
  readonly: permission.viewChannel,
  none: permission.embed | permission.attach,
};

/** What people do in their clients; it refuses what a client would not let them do. */
export class People {
  private readonly world: World;
  private readonly gateway: Gateway;
  private readonly commands: Commands;
  private readonly interactions: Interactions;
  private readonly messages: Messages;

  constructor(
    world: World,
    parts: { gateway: Gateway; commands: Commands; interactions: Interactions; messages: Messages },
  ) {
    this.world = world;
    this.gateway = parts.gateway;
    this.commands = parts.commands;
    this.interactions = parts.interactions;
    this.messages = parts.messages;
  }

  /** Uses a slash command, `story` or `admin stats`. */
  slash(person: Person, name: string, values: OptionValues = {}): FakeInteraction {
    return this.command(person, 2, name, values);
  }

  /** Types in an option with autocomplete; the answer comes as the interaction's `choices`. */
  complete(person: Person, name: string, focused: string, typed = ''): FakeInteraction {
    return this.command(person, 4, name, { [focused]: typed }, focused);
  }

  private command(person: Person, type: number, name: string, values: OptionValues, focused?: string) {
    const [top = '', sub] = name.split(' ');
    const command = this.commands.find(top, this.world.channels.get(person.channel)?.guildId);
    if (!command) throw new Error(`There is no command /${top}`);
    const definition = sub ? command.options?.find((option) => option.name === sub) : command;
    if (!definition) throw new Error(`There is no command /${name}`);
    const given = filled(definition.options ?? [], values, focused);
    const options = sub ? [{ type: 1, name: sub, options: given }] : given;
    const id = (command as CommandBody & { id: string }).id;
    return this.interact(person, type, { id, name: top, type: 1, options });
  }

  /** Presses the button that shows `label`, or has that custom id. */
  press(person: Person, message: FakeMessage, label: string): FakeInteraction {
    const rows = message.components as {
      components: { label?: string; custom_id: string; disabled?: boolean }[];
    }[];
    const button = rows
      .flatMap((row) => row.components)
      .find((one) => [one.label, one.custom_id].includes(label));
    if (!button) throw new Error(`There is no button ${label} under "${message.content.slice(0, 60)}"`);
    if (button.disabled) throw new Error(`The button ${label} is disabled`);
    return this.interact(person, 3, { component_type: 2, custom_id: button.custom_id, id: 1 }, message);
  }

  /** Sends any interaction at all, however odd: `change` has the last word on its payload. */
  interact(
    person: Person,
    type: number,
    data: unknown,
    message?: FakeMessage,
    change: (payload: Record<string, unknown>) => unknown = (payload) => payload,
  ): FakeInteraction {
    const channel = this.world.channels.get(person.channel);
    if (!channel) throw new Error('There is no such channel');
    const interaction = this.interactions.open(channel.id, person.user, message?.id);
    const user = {
      ...this.world.users.get(person.user),
      discriminator: '0',
      avatar: null,
      global_name: null,
    };
    const installed = channel.guildId
      ? this.world.guilds.get(channel.guildId)?.installed
      : channel.type === 1;
    const owners = installed ? { 0: channel.guildId ?? '0' } : { 1: person.user };
    const payload = {
      id: interaction.id,
      application_id: this.world.applicationId,
      type,
      data,
      token: interaction.token,
      version: 1,
      channel_id: channel.id,
      channel: {
        id: channel.id,
        type: channel.type,
        ...(channel.guildId ? { guild_id: channel.guildId, name: channel.name } : { recipients: [user] }),
      },
      ...(channel.guildId
        ? {
            guild_id: channel.guildId,
            guild: { id: channel.guildId, locale: 'en-US', features: [] },
            guild_locale: 'en-US',
            member: {
              user,
              nick: null,
              avatar: null,
              roles: [],
              joined_at: '2026-01-01T00:00:00+00:00',
              deaf: false,
              mute: false,
              flags: 0,
              permissions: String(person.permissions ?? ordinary),
            },
          }
        : { user }),
      app_permissions: String(appPermissions[channel.access]),
      locale: person.locale ?? 'en-US',
      entitlements: [],
      authorizing_integration_owners: owners,
      context: channel.guildId ? 0 : channel.type === 1 ? 1 : 2,
      attachment_size_limit: attachmentSizeLimit,
      ...(message ? { message: this.messages.payload(message) } : {}),
    };
    this.gateway.dispatch('INTERACTION_CREATE', change(payload), channel.guildId);
    return interaction;
  }
}

/** Options as a client sends them. @throws for values that a client would not let through */
function filled(definitions: CommandOption[], values: OptionValues, focused: string | undefined) {
  for (const name of Object.keys(values)) {
    if (!definitions.some((one) => one.name === name)) throw new Error(`There is no option ${name}`);
  }
  return definitions.flatMap((definition) => {
    const value = values[definition.name];
    if (value === undefined) {
      if (definition.required && !focused) throw new Error(`The option ${definition.name} is required`);
      return [];
    }
    const size = typeof value === 'string' ? value.length : Number(value);
    const least = (typeof value === 'string' ? definition.min_length : definition.min_value) ?? -Infinity;
    const most = (typeof value === 'string' ? definition.max_length : definition.max_value) ?? Infinity;
    if (size < least || size > most) throw new Error(`${definition.name} must be from ${least} to ${most}`);
    if (definition.choices && !definition.choices.some((choice) => choice.value === value)) {
      throw new Error(`${definition.name} can't be ${value}`);
    }
    const isFocused = definition.name === focused;
    if (isFocused && !definition.autocomplete) throw new Error(`${definition.name} has no autocomplete`);
    return [{ name: definition.name, type: definition.type, value, ...(isFocused ? { focused: true } : {}) }];
  });
}
