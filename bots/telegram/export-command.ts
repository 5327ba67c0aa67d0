import { type CommandHandler, run } from './story-commands.ts';

/** The stories of the place as a file: `/export`, or `/export FORMAT`. */
export const exportStories: CommandHandler = (request, args) =>
  run(request, { kind: 'export', format: args.toLowerCase() || 'markdown' });
