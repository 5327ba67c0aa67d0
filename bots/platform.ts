import type { ModelInfo } from '../src/generation/generator.ts';
import type { Clock } from '../src/ops/clock.ts';
import type { Config } from '../src/ops/config.ts';
import type { Logger } from '../src/ops/logger.ts';
import type { Metrics } from '../src/ops/metrics.ts';
import type { ReplyAddress, ReplySurface } from '../src/reply/surface.ts';
import type { Database } from '../src/storage/database.ts';
import type { AdminActions } from '../src/story/admin.ts';
import type { Turn } from '../src/story/story.ts';
import type { Storyteller } from '../src/story/storyteller.ts';

/** What has to answer for people to be served. */
export interface Readiness {
  database: boolean;
  generator: boolean;
}

/** What a platform is given to work with. */
export interface PlatformContext {
  config: Config;
  storyteller: Storyteller;
  logger: Logger;
  clock: Clock;
  metrics: Metrics;
  /** For reading what commands don't give: a whole story, a page of history. Writing goes through `storyteller`. */
  database: Database;
  /** The model that writes. @throws {GeneratorUnavailable} when the service can't be asked */
  describeModel(): Promise<ModelInfo>;
  /** Asks what is needed beside this process; answers within a few seconds and never rejects. */
  ready(): Promise<Readiness>;
  /** Missing where this process has no admin actions: the commands say so. */
  admin?: AdminActions;
}

/**
 * A place where people read and write stories. To add one: a folder here that exports a {@link PlatformFactory},
 * and a line in `bots/index.ts`; its surface must pass `src/reply/surface.contract.ts`.
 */
export interface Platform {
  /** The `platform` of its channels, authors and reply addresses. */
  readonly name: string;
  /** Resolves once it serves. @throws when it can't (a bad token, a port in use), with a sentence that says what to do. */
  start(): Promise<void>;
  /** Stops taking commands; replies under way may still be edited until {@link close}. */
  stop(): Promise<void>;
  /** Lets go of every connection. */
  close(): Promise<void>;
  /** The surface that shows `turn`'s reply at `address`, in this process or after a restart. */
  surface(address: ReplyAddress, turn: Turn): ReplySurface;
  /** True while it is connected and able to serve: a part of `/ready`. */
  ready(): boolean;
}

/** Makes a platform, or gives `undefined` when its settings are missing (no token). */
export type PlatformFactory = (context: PlatformContext) => Platform | undefined;
