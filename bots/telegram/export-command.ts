import type { InlineKeyboardMarkup } from 'grammy/types';
import { formatNames } from '../../src/export/formats.ts';
import { callbackData } from './buttons.ts';
import type { Request } from './context.ts';
import { fileLimits } from './files.ts';
import { showOutcome } from './outcome.ts';
import type { CommandHandler } from './story-commands.ts';

/** The stories of the place as a file: `/export FORMAT`, or `/export` and a press. */
export const exportStories: CommandHandler = async (request, args) => {
  const format = args.toLowerCase();
  const refused = isFormat(format) ? await give(request, format) : undefined;
  if (refused) request.say(refused);
  if (!isFormat(format)) request.say(request.texts.telegram.exportQuestion, formatKeyboard());
};

/** The press of a format. Gives the sentence of a refusal. */
export async function pressFormat(request: Request, format = ''): Promise<string | undefined> {
  return isFormat(format) ? give(request, format) : request.texts.telegram.oldButton;
}

const isFormat = (name: string): boolean => formatNames.some((format) => format === name);

async function give(request: Request, format: string): Promise<string | undefined> {
  const outcome = await request.handle({ kind: 'export', format, limits: fileLimits });
  if (outcome.kind === 'refused') return outcome.text;
  showOutcome(request, outcome);
  return undefined;
}

const formatsInARow = 4;

function formatKeyboard(): InlineKeyboardMarkup {
  const buttons = formatNames.map((name) => ({ text: name, callback_data: callbackData('export', name) }));
  const rows = Array.from({ length: Math.ceil(buttons.length / formatsInARow) }, (_, row) =>
    buttons.slice(row * formatsInARow, (row + 1) * formatsInARow),
  );
  return { inline_keyboard: rows };
}
