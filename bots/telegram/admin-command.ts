import { ExportTooLarge } from '../../src/export/split.ts';
import { platformName } from './address.ts';
import type { Request } from './context.ts';
import { fileLimits } from './files.ts';
import { inertEntities } from './inert.ts';
import type { CommandHandler } from './story-commands.ts';

/** For the people that ADMINS names, in a private chat only: what it gives is not for a group to read. */
export const admin: CommandHandler = async (request, args) => {
  const { bot, texts, place } = request;
  const { notYou, missing, privateOnly, failed } = texts.telegram.admin;
  if (!request.isAdmin) return request.say(notYou);
  if (!place.private) return request.say(privateOnly);
  const { admin: actions } = bot;
  if (!actions) return request.say(missing);
  bot.background(async () => {
    try {
      await perform(request, actions, args);
    } catch (error) {
      if (error instanceof ExportTooLarge) return request.say(texts.refusals.exportTooLarge());
      bot.logger.error({ error }, 'An admin command failed');
      request.say(failed);
    }
  });
};

async function perform(request: Request, actions: NonNullable<Request['bot']['admin']>, args: string) {
  const { texts, from } = request;
  const { usage, formats } = texts.telegram.admin;
  const [action = '', argument = ''] = args.split(/\s+/);
  const actor = `${platformName}:${from.id}`;
  if (action === 'stats') {
    const figures = await actions.stats(from.locale);
    request.say(figures, undefined, inertEntities(figures));
  } else if (action === 'export') {
    const format = argument || actions.formats[0] || '';
    if (!actions.formats.includes(format)) request.say(formats(actions.formats.join(', ')));
    else request.send(await actions.export(format, actor, fileLimits));
  } else if ((action === 'block' || action === 'unblock') && argument !== '') {
    const externalId = argument.replace(`${platformName}:`, '');
    const isKnown = await actions[action]({ platform: platformName, externalId }, actor);
    const { blocked, unblocked, unknownAuthor } = texts.telegram.admin;
    const done = action === 'block' ? blocked : unblocked;
    request.say((isKnown ? done : unknownAuthor)(externalId.slice(0, 40)));
  } else request.say(usage);
}
