import { isConnectionTrouble } from '../../src/storage/connection.ts';
import { type BotContext, Request } from './context.ts';
import { readUpdate } from './incoming.ts';
import { MessageHandler } from './messages.ts';
import { handlePress } from './presses.ts';

/** Updates of one channel are handled one after the other; undefined for updates of none. */
export function sequenceKey(update: unknown): string | undefined {
  const incoming = readUpdate(update);
  return incoming && `${incoming.place.chat}:${incoming.place.thread ?? ''}`;
}

/** Handles updates. What a person asks for is committed when it resolves; what comes of that is shown later. */
export function createRouter(bot: BotContext): (update: unknown) => Promise<void> {
  const messages = new MessageHandler();
  return async (update) => {
    const incoming = readUpdate(update);
    if (!incoming) return;
    const { chat } = incoming.place;
    if (incoming.kind === 'membership') {
      if (incoming.isIn) bot.client.find(chat);
      else bot.client.lose(chat, 'blocked, or out of the group');
      return;
    }
    bot.client.find(chat);
    const request = new Request(bot, incoming);
    try {
      if (incoming.kind === 'message') await messages.handle(request, incoming);
      else if (incoming.kind === 'press') await handlePress(request, incoming);
      else await stopDraft(request, bot.drafts.get(incoming.draftId));
    } catch (error) {
      bot.logger.error({ error }, 'An update could not be handled');
      const { databaseDown, internal } = request.texts.refusals;
      request.say(isConnectionTrouble(error) ? databaseDown() : internal());
    }
  };
}

/** Stops the draft's turn, or all of the chat's where this process has not shown the draft. */
async function stopDraft(request: Request, turnId: string | undefined): Promise<void> {
  await request.handle({ kind: 'stop', ...(turnId === undefined ? {} : { turnId }) });
}
