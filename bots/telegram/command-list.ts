import type { BotCommand } from 'grammy/types';
import type { Catalogue } from '../../src/texts/catalogue.ts';

type CommandName = keyof Catalogue['telegram']['commands'];
export type Audience = 'private' | 'member' | 'manager';

const forEverybody: CommandName[] = ['story', 'continue', 'retry', 'undo', 'stop', 'history', 'export'];
const forManagers: CommandName[] = ['settings', 'clear'];
const forOneself: CommandName[] = ['forget', 'help'];

/** The commands that somebody is offered, in the order to list them. */
export function commandsFor(audience: Audience, { telegram }: Catalogue): BotCommand[] {
  const names = [...forEverybody, ...(audience === 'member' ? [] : forManagers), ...forOneself];
  return names.map((command) => ({ command, description: telegram.commands[command] }));
}
