import type { ModelInfo } from '../../src/generation/generator.ts';
import type { Clock } from '../../src/ops/clock.ts';
import type { Config } from '../../src/ops/config.ts';
import type { Logger } from '../../src/ops/logger.ts';
import type { Metrics } from '../../src/ops/metrics.ts';
import type { Database } from '../../src/storage/database.ts';
import type { Storyteller } from '../../src/story/storyteller.ts';
import type { Readiness } from '../platform.ts';
import type { LiveHub } from './hub.ts';

/** What the routes work with. */
export interface WebDeps {
  config: Pick<Config, 'admin' | 'dumps'>;
  storyteller: Storyteller;
  database: Database;
  hub: LiveHub;
  logger: Logger;
  clock: Clock;
  metrics: Metrics;
  describeModel(): Promise<ModelInfo>;
  ready(): Promise<Readiness>;
  /** True once no more commands are taken. */
  isStopping(): boolean;
}
