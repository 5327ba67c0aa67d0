import type { ReplyButton } from '../../src/reply/surface.ts';
import { readCallbackData } from './buttons.ts';
import type { BareCommand, Request } from './context.ts';
import { pressFormat } from './export-command.ts';
import { showHistory } from './history-command.ts';
import type { IncomingPress } from './incoming.ts';
import { showOutcome } from './outcome.ts';
import { confirmRemoval } from './removal-commands.ts';
import { pressSetting } from './settings-command.ts';
import { pressOpening } from './start-command.ts';

/** An answer to a press is at most this long (core.telegram.org/bots/api#answercallbackquery). */
const maxAnswerLength = 200;

/** The press of a button: done, and then answered in any case, so that the button stops waiting. */
export async function handlePress(request: Request, press: IncomingPress): Promise<void> {
  let answer: string | undefined;
  try {
    answer = await act(request, press);
  } finally {
    answerPress(request, press, answer);
  }
}

/** Gives a sentence for the person who pressed, when there is one. */
async function act(request: Request, press: IncomingPress): Promise<string | undefined> {
  const pressed = readCallbackData(press.data);
  if (pressed === undefined) return request.texts.telegram.oldButton;
  if (pressed.kind === 'disabled') return undefined;
  if (pressed.kind === 'story') {
    const outcome = await request.handle(storyCommand(request, pressed));
    showOutcome(request, outcome);
    if (outcome.kind === 'refused') return outcome.text;
    return outcome.kind === 'undone' ? request.texts.notes.takenBack : undefined;
  }
  const { action, args } = pressed;
  if (action === 'open') return pressOpening(request, args[0]);
  if (action === 'set') return pressSetting(request, args);
  if (action === 'export') return pressFormat(request, args[0]);
  if (action === 'older') return pressOlder(request, args[0]);
  if (['forget', 'clear', 'cancel'].includes(action)) return confirmRemoval(request, press, action, args[0]);
  return request.texts.telegram.oldButton;
}

function storyCommand(
  request: Request,
  { action, turnId }: Pick<ReplyButton, 'action' | 'turnId'>,
): BareCommand {
  if (action === 'continue' || action === 'retry') return { kind: action, turnId, reply: request.address() };
  return { kind: action, turnId };
}

async function pressOlder(request: Request, time = ''): Promise<string | undefined> {
  const before = new Date(Number(time));
  if (Number.isNaN(before.getTime())) return request.texts.telegram.oldButton;
  await showHistory(request, before);
  return undefined;
}

function answerPress({ bot, place }: Request, { queryId }: IncomingPress, answer: string | undefined): void {
  const said =
    answer === undefined ? {} : { text: answer.slice(0, maxAnswerLength), show_alert: answer.length > 60 };
  bot.background(() => bot.client.whisper(place, () => bot.client.api.answerCallbackQuery(queryId, said)));
}
