import type { Api } from 'grammy';
import type { BotCommand, BotCommandScope, LanguageCode } from 'grammy/types';
import { languages, textsFor } from '../../src/texts/catalogue.ts';
import { type Audience, commandsFor } from './command-list.ts';

const scopes: { scope: BotCommandScope; audience: Audience }[] = [
  { scope: { type: 'all_private_chats' }, audience: 'private' },
  { scope: { type: 'all_group_chats' }, audience: 'member' },
  { scope: { type: 'all_chat_administrators' }, audience: 'manager' },
];

/** Makes Telegram's lists of commands, by scope and language, the same as ours. @returns how many were not */
export async function registerCommands(api: Api): Promise<number> {
  let changed = 0;
  for (const { scope, audience } of scopes) {
    for (const language of languages) {
      const wanted = commandsFor(audience, textsFor(language));
      // English is for everybody whose language has no list of its own.
      const where = language === 'en' ? { scope } : { scope, language_code: language as LanguageCode };
      if (isSame(await api.getMyCommands(where), wanted)) continue;
      await api.setMyCommands(wanted, where);
      changed += 1;
    }
  }
  return changed;
}

function isSame(registered: BotCommand[], wanted: BotCommand[]): boolean {
  const asText = (commands: BotCommand[]) =>
    JSON.stringify(commands.map(({ command, description }) => [command, description]));
  return asText(registered) === asText(wanted);
}
