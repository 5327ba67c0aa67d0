import type { InlineKeyboardMarkup } from 'grammy/types';
import { callbackData } from './buttons.ts';
import { Request } from './context.ts';
import type { IncomingPress } from './incoming.ts';
import { type CommandHandler, run } from './story-commands.ts';

const removals = ['forget', 'clear'] as const;
type Removal = (typeof removals)[number];

/** Asks first: the button removes, and only for whoever asked. */
export const forget: CommandHandler = async (request) => ask(request, 'forget');

/** What concerns everybody in a group is for its administrators. */
export const clear: CommandHandler = async (request) => {
  request.bot.background(async () => {
    if (await request.mayManage()) ask(request, 'clear');
    else request.say(request.texts.telegram.settings.managersOnly);
  });
};

function ask(request: Request, removal: Removal): void {
  const { telegram } = request.texts;
  const asker = `${request.from.id}`;
  const keyboard: InlineKeyboardMarkup = {
    inline_keyboard: [
      [
        { text: telegram[removal].yes, callback_data: callbackData(removal, asker) },
        { text: telegram.cancel, callback_data: callbackData('cancel', asker) },
      ],
    ],
  };
  request.say(telegram[removal].question, keyboard);
}

/** The press of a confirmation. Gives a sentence for the person, when there is one to be said at once. */
export async function confirmRemoval(
  request: Request,
  press: IncomingPress,
  action: string,
  asker = '',
): Promise<string | undefined> {
  const { telegram } = request.texts;
  const isForGroup = asker !== `${request.from.id}`;
  if (isForGroup && !(await speaksForGroup(request, asker))) return telegram.notYourButton;
  request.dropKeyboard(press);
  const removal = removals.find((one) => one === action);
  if (!removal) return telegram.cancelled;
  await run(isForGroup ? asGroup(request, press) : request, { kind: removal });
  return undefined;
}

/** An administrator who asked as the group presses as a person. */
async function speaksForGroup(request: Request, asker: string): Promise<boolean> {
  return asker === `${request.place.chat}` && (await request.mayManage());
}

/** What the group asked for is done to what was written as the group, whoever presses for it. */
function asGroup({ bot, place }: Request, press: IncomingPress): Request {
  return new Request(bot, { ...press, from: { ...press.from, id: place.chat, isGroup: true } });
}
