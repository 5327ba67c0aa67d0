import type { Config } from '../ops/config.ts';
import type { Logger } from '../ops/logger.ts';
import type { Shutdown } from '../ops/shutdown.ts';

/** What every command of the command line is run with. */
export interface RoleContext {
  config: Config;
  logger: Logger;
  shutdown: Shutdown;
}
