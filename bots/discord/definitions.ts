import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandOption,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  ApplicationCommandOptionType as Kind,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js';
import { samplingRanges } from '../../src/generation/options.ts';
import { maxPromptLength } from '../../src/story/input.ts';
import { discordEn } from '../../src/texts/discord.en.ts';
import { discordRu } from '../../src/texts/discord.ru.ts';

export type CommandDefinition = RESTPostAPIChatInputApplicationCommandsJSONBody;

/** Where commands can be installed (servers, people) and used (servers, DMs with the bot, other DMs and groups). */
const everywhere = {
  type: ApplicationCommandType.ChatInput as const,
  integration_types: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
  contexts: [
    InteractionContextType.Guild,
    InteractionContextType.BotDM,
    InteractionContextType.PrivateChannel,
  ],
};

type Labels = { name: string; description: string };

const localized = (en: Labels, ru: Labels) => ({
  name: en.name,
  name_localizations: { ru: ru.name },
  description: en.description,
  description_localizations: { ru: ru.description },
});

const named = (command: keyof typeof discordEn.commands) =>
  localized(discordEn.commands[command], discordRu.commands[command]);
const option = (name: keyof typeof discordEn.options) =>
  localized(discordEn.options[name], discordRu.options[name]);

const text = (name: 'prompt' | 'next', required: boolean): APIApplicationCommandBasicOption => ({
  ...option(name),
  type: Kind.String,
  required,
  max_length: maxPromptLength,
});

const ranged = (
  name: 'length' | 'temperature' | 'topK' | 'topP' | 'minP',
  { min, max }: { min: number; max: number },
) => ({ ...option(name), min_value: min, max_value: max });

const format = (formats: readonly string[]): APIApplicationCommandBasicOption => ({
  ...option('format'),
  type: Kind.String,
  required: true,
  choices: formats.map((value) => ({ name: value, value })),
});

const sub = (
  command: 'adminExport' | 'adminStats' | 'adminBlock' | 'adminUnblock',
  options: APIApplicationCommandBasicOption[] = [],
): APIApplicationCommandOption => ({ ...named(command), type: Kind.Subcommand, options });

const person: APIApplicationCommandBasicOption = { ...option('user'), type: Kind.User, required: true };

/** All slash commands. `formats` are those of exports. */
export function commandDefinitions(formats: readonly string[]): CommandDefinition[] {
  const languages = { en: 'English', ru: 'Русский' };
  return [
    { ...everywhere, ...named('story'), options: [text('prompt', true)] },
    { ...everywhere, ...named('continue'), options: [text('next', false)] },
    { ...everywhere, ...named('undo') },
    { ...everywhere, ...named('stop') },
    { ...everywhere, ...named('history') },
    {
      ...everywhere,
      ...named('settings'),
      options: [
        { ...ranged('length', samplingRanges.maxTokens), type: Kind.Integer },
        { ...ranged('temperature', samplingRanges.temperature), type: Kind.Number },
        { ...ranged('topK', samplingRanges.topK), type: Kind.Integer },
        { ...ranged('topP', samplingRanges.topP), type: Kind.Number },
        { ...ranged('minP', samplingRanges.minP), type: Kind.Number },
        {
          ...option('language'),
          type: Kind.String,
          choices: Object.entries(languages).map(([value, name]) => ({ name, value })),
        },
        { ...option('reset'), type: Kind.Boolean },
      ],
    },
    {
      ...everywhere,
      ...named('export'),
      options: [format(formats), { ...option('story'), type: Kind.String, autocomplete: true }],
    },
    { ...everywhere, ...named('forget') },
    { ...everywhere, ...named('clear') },
    {
      ...everywhere,
      ...named('admin'),
      // Hidden in servers but from their own admins; who may use it is asked of ADMINS.
      default_member_permissions: '0',
      options: [
        sub('adminExport', [format(formats)]),
        sub('adminStats'),
        sub('adminBlock', [person]),
        sub('adminUnblock', [person]),
      ],
    },
  ];
}
