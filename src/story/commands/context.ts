import type { Clock } from '../../ops/clock.ts';
import type { Logger } from '../../ops/logger.ts';
import type { Database } from '../../storage/database.ts';
import type { AccessRules } from '../access.ts';
import type { StoryCommand } from '../command.ts';
import type { Outcome } from '../outcome.ts';

/** What every command is done with. */
export interface CommandContext {
  db: Database;
  access: AccessRules;
  clock: Clock;
  logger: Logger;
}

export type CommandOf<K extends StoryCommand['kind']> = Extract<StoryCommand, { kind: K }>;

/** One file a command. @throws {Refused} for what can't be done */
export type CommandHandler<K extends StoryCommand['kind']> = (
  context: CommandContext,
  command: CommandOf<K>,
) => Promise<Outcome>;
