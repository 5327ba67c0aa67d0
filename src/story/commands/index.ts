import type { StoryCommand } from '../command.ts';
import { begin } from './begin.ts';
import { clear } from './clear.ts';
import type { CommandHandler } from './context.ts';
import { continueStory } from './continue.ts';
import { exportStories } from './export.ts';
import { forget } from './forget.ts';
import { history } from './history.ts';
import { retry } from './retry.ts';
import { settings } from './settings.ts';
import { show } from './show.ts';
import { stop } from './stop.ts';
import { undo } from './undo.ts';

/** What is done for each kind of command. */
export const handlers: { [K in StoryCommand['kind']]?: CommandHandler<K> } = {
  begin,
  continue: continueStory,
  retry,
  undo,
  stop,
  show,
  settings,
  history,
  clear,
  export: exportStories,
  forget,
};
