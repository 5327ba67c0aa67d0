import type { Outcome } from '../../src/story/outcome.ts';
import type { Request } from './context.ts';

/**
 * Shows what came of a command where more than the story itself is to be said. `shown` and `undone` show in the
 * messages of their turns; all that stops or begins shows in its own reply.
 */
export function showOutcome(request: Request, outcome: Outcome): void {
  const { bot, texts, incoming } = request;
  switch (outcome.kind) {
    case 'refused':
      if (incoming.kind === 'message') request.say(outcome.text);
      return;
    case 'undone':
      bot.background(() => bot.present(outcome));
      if (incoming.kind === 'message') request.say(texts.notes.takenBack);
      return;
    case 'shown':
      bot.background(() => bot.present(outcome));
      return;
    case 'exported':
      request.send(outcome.files);
      return;
    case 'forgotten':
      request.say(texts.telegram.forget.done(outcome.turns));
      return;
    case 'cleared':
      request.say(texts.telegram.clear.done(outcome.stories));
      return;
    case 'accepted':
    case 'stopping':
    case 'settings':
    case 'history':
      return;
  }
}
