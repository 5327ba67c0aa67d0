import type { StoryCommand } from '../../src/story/command.ts';
import type { Outcome } from '../../src/story/outcome.ts';
import type { Storyteller } from '../../src/story/storyteller.ts';
import type { TurnRunner } from '../../src/story/turn-runner.ts';

/** Tells a runner what came of a command, as PostgreSQL's notifications do. */
export function notify(runner: TurnRunner, platform: string, outcome: Outcome): void {
  if (outcome.kind === 'accepted') runner.onNotification({ type: 'queued', platform });
  if (outcome.kind === 'stopping')
    for (const turnId of outcome.turnIds) runner.onNotification({ type: 'stop', turnId });
}

/** A storyteller whose runner hears of every command at once. */
export function telling(storyteller: Storyteller, runner: () => TurnRunner): Storyteller {
  return {
    ...storyteller,
    async handle(command: StoryCommand) {
      const outcome = await storyteller.handle(command);
      notify(runner(), command.channel.platform, outcome);
      return outcome;
    },
  };
}
