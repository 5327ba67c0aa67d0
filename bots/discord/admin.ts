import { ExportTooLarge } from '../../src/export/split.ts';
import { platformName } from './address.ts';
import type { Asked } from './commands.ts';
import { fileLimits, giveFiles } from './files.ts';

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
      const format = interaction.options.getString('format', true);
      const files = await actions.export(format, actor, fileLimits(interaction));
      return await giveFiles(bot, interaction, files, texts);
    } catch (error) {
      if (error instanceof ExportTooLarge) return say(texts.refusals.exportTooLarge());
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
