import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'grammy/types';
import { defaultSampling, type SamplingSettings, samplingRanges } from '../../src/generation/options.ts';
import type { ChannelSettings } from '../../src/story/story.ts';
import type { Catalogue } from '../../src/texts/catalogue.ts';
import { languages } from '../../src/texts/catalogue.ts';
import { callbackData } from './buttons.ts';

export type SettingName = keyof SamplingSettings;

/** How far one press goes: the length doubles or halves, the others go up or down by this. */
const steps = { temperature: 0.1, topK: 10, topP: 0.05, minP: 0.05 } as const;

export const settingNames = Object.keys(samplingRanges) as SettingName[];

const languageNames: Record<string, string> = { en: 'English', ru: 'Русский' };

/** The value that a press of − or + leads to, within the setting's range. */
function nextValue(name: SettingName, value: number, direction: -1 | 1): number {
  const { min, max } = samplingRanges[name];
  const next = name === 'maxTokens' ? value * 2 ** direction : value + direction * steps[name];
  return Number(Math.min(max, Math.max(min, name === 'maxTokens' ? Math.round(next) : next)).toFixed(2));
}

/** The settings as lines of text. */
export function settingsText(settings: ChannelSettings, { telegram }: Catalogue): string {
  const { title, names, ownLanguage, usage } = telegram.settings;
  const values = settingNames.map((name) => `${names[name]}: ${settings[name] ?? defaultSampling[name]}`);
  const language = settings.language ? languageNames[settings.language] : ownLanguage;
  return [title, '', ...values, `${names.language}: ${language}`, '', usage].join('\n');
}

/** − and + for each setting, then the languages and the way back to the defaults. */
export function settingsKeyboard(settings: ChannelSettings, { telegram }: Catalogue): InlineKeyboardMarkup {
  const { names, reset } = telegram.settings;
  const change = (name: SettingName, direction: -1 | 1): InlineKeyboardButton => {
    const value = nextValue(name, settings[name] ?? defaultSampling[name], direction);
    const label = `${names[name]} ${direction < 0 ? '−' : '+'}`;
    return { text: label, callback_data: callbackData('set', name, `${value}`) };
  };
  const language = (code: string): InlineKeyboardButton => ({
    text: languageNames[code] ?? code,
    callback_data: callbackData('set', 'language', code),
  });
  return {
    inline_keyboard: [
      ...settingNames.map((name) => [change(name, -1), change(name, 1)]),
      languages.map(language),
      [{ text: reset, callback_data: callbackData('set', 'reset') }],
    ],
  };
}
