import type { ChannelSettings } from '../../src/story/story.ts';
import type { Request } from './context.ts';
import { showOutcome } from './outcome.ts';
import { type SettingName, settingNames, settingsKeyboard, settingsText } from './settings-keyboard.ts';
import type { CommandHandler } from './story-commands.ts';

type Change = { reset: true } | { changes: Partial<ChannelSettings> };

/** What people may call a setting, besides its own name. */
const aliases: Record<string, SettingName> = { length: 'maxTokens', tokens: 'maxTokens' };

/** `/settings` shows them, `/settings temperature 0.7` and `/settings reset` change them. */
export const settings: CommandHandler = async (request, args) => {
  if (args === '') return showSettings(request);
  const [name = '', value = ''] = args.split(/[\s=]+/, 2);
  const change = readChange(name, value);
  if (!change) return request.say(request.texts.telegram.settings.unknown(knownNames));
  request.bot.background(async () => {
    const refused = await changeSettings(request, change);
    if (refused) request.say(refused);
  });
};

const knownNames = [
  'length',
  ...settingNames.filter((name) => name !== 'maxTokens'),
  'language',
  'reset',
].join(', ');

async function showSettings(request: Request): Promise<void> {
  const outcome = await request.handle({ kind: 'settings' });
  if (outcome.kind !== 'settings') return showOutcome(request, outcome);
  const { settings } = outcome;
  request.say(settingsText(settings, request.texts), settingsKeyboard(settings, request.texts));
}

/** The press of a button under the settings. Gives the sentence of a refusal. */
export async function pressSetting(
  request: Request,
  [name = '', value = '']: string[],
): Promise<string | undefined> {
  const change = readChange(name, value);
  return change ? changeSettings(request, change) : request.texts.telegram.oldButton;
}

/** `temperature`, `top-k`, `top_k`, `TOPK`… and a value; undefined for a name that there is not. */
function readChange(name: string, value: string): Change | undefined {
  const key = name.toLowerCase().replace(/[-_]/g, '');
  if (key === 'reset') return { reset: true };
  if (key === 'language') return { changes: { language: value.toLowerCase() as 'en' } };
  const setting = aliases[key] ?? settingNames.find((known) => known.toLowerCase() === key);
  if (!setting) return undefined;
  const number = value.trim() === '' ? Number.NaN : Number(value.replace(',', '.'));
  return { changes: { [setting]: number } };
}

async function changeSettings(request: Request, change: Change): Promise<string | undefined> {
  if (!(await request.mayManage())) return request.texts.telegram.settings.managersOnly;
  const outcome = await request.handle({ kind: 'settings', ...change });
  if (outcome.kind === 'refused') return outcome.text;
  if (outcome.kind !== 'settings') return undefined;
  const text = settingsText(outcome.settings, request.texts);
  const keyboard = settingsKeyboard(outcome.settings, request.texts);
  if (request.incoming.kind === 'press') request.rewrite(request.incoming, text, keyboard);
  else request.say(text, keyboard);
  return undefined;
}
