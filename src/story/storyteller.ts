import type { StoryCommand } from './command.ts';
import type { Outcome } from './outcome.ts';
import type { TurnView } from './story.ts';

/** The story life behind every platform. */
export interface Storyteller {
  /**
   * Does what a person asked. A turn is committed before this resolves, and written afterwards by a TurnRunner.
   * Never throws for anything a person or a database can do: that comes back as `refused`, with its sentence.
   */
  handle(command: StoryCommand): Promise<Outcome>;
  /** A turn with what its buttons need, or undefined when there is none (any more). */
  view(turnId: string): Promise<TurnView | undefined>;
}
