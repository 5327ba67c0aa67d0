import { ExportTooLarge } from '../../src/export/export-file.ts';
import { platformName } from './address.ts';
import type { Asked } from './commands.ts';
import { giveFile } from './files.ts';

/** `/admin …`, for those whom ADMINS names. */
export async function admin({ bot, interaction, base, texts }: Asked): Promise<void> {
  const { config, admin: actions } = bot.context;
  const { admin: refusals, done } = texts.discord;
  const say = (text: string) => bot.say(interaction, text);
  const actor = `${platformName}:${interaction.user.id}`;
  if (!config.admin.admins.includes(actor)) return say(refusals.notYours);
  if (!actions) return say(refusals.notHere);

  const asked = interaction.options.getSubcommand();
  if (asked === 'stats') return say(await actions.stats(base.locale));
  if (asked === 'export') {
    try {
      const file = await actions.export(interaction.options.getString('format', true), actor);
      return await giveFile(bot, interaction, file, texts);
    } catch (error) {
      if (error instanceof ExportTooLarge) return say(done.tooLarge);
      throw error;
    }
  }
  const externalId = String(interaction.options.get('user', true).value);
  const person = { platform: platformName, externalId };
  const isBlock = asked === 'block';
  const isKnown = isBlock ? await actions.block(person, actor) : await actions.unblock(person, actor);
  if (!isKnown) return say(done.unknownPerson);
  return say(isBlock ? done.blocked : done.unblocked);
}
