import type { InlineKeyboardMarkup } from 'grammy/types';
import { callbackData } from './buttons.ts';
import { commandsFor } from './command-list.ts';
import type { Request } from './context.ts';
import { showOutcome } from './outcome.ts';
import type { CommandHandler } from './story-commands.ts';

/** What this is, in two sentences, and three beginnings to press. */
export const start: CommandHandler = async (request) => {
  const { telegram } = request.texts;
  const keyboard: InlineKeyboardMarkup = {
    inline_keyboard: telegram.openings.map((opening, index) => [
      { text: `${opening}…`, callback_data: callbackData('open', `${index}`) },
    ]),
  };
  request.say(request.place.private ? telegram.start : telegram.startInGroup, keyboard);
};

export const help: CommandHandler = async (request) => request.say(commandList(request));

export function commandList({ place, texts }: Request): string {
  const commands = commandsFor(place.private ? 'private' : 'manager', texts);
  return commands.map(({ command, description }) => `/${command} – ${description}`).join('\n');
}

/** The press of a beginning: a story begins with it, and shows it. Gives the sentence of a refusal. */
export async function pressOpening(request: Request, index = ''): Promise<string | undefined> {
  const opening = request.texts.telegram.openings[Number(index)];
  if (opening === undefined) return request.texts.telegram.oldButton;
  const reply = request.address({ showPrompt: true });
  const outcome = await request.handle({ kind: 'begin', prompt: opening, reply });
  showOutcome(request, outcome);
  return outcome.kind === 'refused' ? outcome.text : undefined;
}
