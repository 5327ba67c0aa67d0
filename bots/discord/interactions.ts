import type { AutocompleteInteraction, Interaction } from 'discord.js';
import { textsFor } from '../../src/texts/catalogue.ts';
import { type Answerable, acknowledge } from './answer.ts';
import type { Base, Bot } from './bot.ts';
import { answersAnew, press } from './buttons.ts';
import { askedOf, commands } from './commands.ts';
import { parseCustomId } from './custom-id.ts';
import { describe, isTooLate } from './errors.ts';
import { commandBase } from './who.ts';

/** Answers an interaction. Never rejects; logs one line where it can't be answered. */
export async function answer(
  bot: Bot,
  interaction: Interaction,
  channelName: string | undefined,
): Promise<void> {
  const base = commandBase(interaction, channelName);
  try {
    if (interaction.isAutocomplete()) await complete(bot, interaction, base);
    else if (interaction.isChatInputCommand() || interaction.isButton()) await act(bot, interaction, base);
  } catch (error) {
    bot.context.logger.warn(
      { problem: describe(error), interaction: interaction.id },
      'a Discord interaction could not be answered',
    );
    if (interaction.isChatInputCommand() || interaction.isButton()) await apologise(bot, interaction);
  }
}

/** Discord gives 3 s: the acknowledgement comes before everything else. */
async function act(bot: Bot, interaction: Answerable, base: Base): Promise<void> {
  if (interaction.isButton()) {
    const pressed = parseCustomId(interaction.customId);
    if (!pressed) return;
    if (await acknowledge(interaction, answersAnew(pressed) ? 'answer' : 'update')) {
      await press({ bot, interaction, base }, pressed);
    }
    return;
  }
  const name = interaction.commandName;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) return;
  if (await acknowledge(interaction, command.isStory ? 'answer' : 'answer privately')) {
    await command.run(askedOf(bot, interaction, base));
  }
}

/** As many as Discord takes, and as long: https://discord.com/developers/docs/interactions/application-commands */
const mostChoices = 25;
const longestName = 100;

/** The channel's stories whose title holds what was typed. */
async function complete(bot: Bot, interaction: AutocompleteInteraction, base: Base): Promise<void> {
  const typed = String(interaction.options.getFocused()).toLowerCase();
  const outcome = await bot.context.storyteller.handle({ ...base, kind: 'history', limit: 100 });
  const stories = outcome.kind === 'history' ? outcome.stories : [];
  const choices = stories
    .filter(({ title }) => title.toLowerCase().includes(typed))
    .slice(0, mostChoices)
    .map(({ id, title }) => ({ name: [...title].slice(0, longestName).join('') || '…', value: id }));
  try {
    await interaction.respond(choices);
  } catch (error) {
    // Whoever types goes on typing: the next interaction is under way already.
    if (!isTooLate(error)) throw error;
  }
}

async function apologise(bot: Bot, interaction: Answerable): Promise<void> {
  if (!interaction.deferred) return;
  const trouble = textsFor(interaction.locale).refusals.internal();
  try {
    if (interaction.ephemeral === null) await bot.whisper(interaction, trouble);
    else await bot.say(interaction, trouble);
  } catch {
    // Said in the log already.
  }
}
