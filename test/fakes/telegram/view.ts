import { draftLifetimeMs } from './messages.ts';
import type { ChatState, StoredMessage, World } from './world.ts';

/** The bot's messages that are there to be seen, oldest first. */
export function shown(world: World, state: ChatState, thread?: number): StoredMessage[] {
  return [...state.messages.values()].filter(
    ({ message, deleted }) =>
      !deleted && message.from.id === world.bot.id && message.message_thread_id === thread,
  );
}

export function buttonsOf({ message }: StoredMessage): string[] {
  return (message.reply_markup?.inline_keyboard ?? []).flat().map((button) => button.text);
}

/** The draft that a person sees now; it fades by itself. */
export function draftShown(world: World, state: ChatState): string | undefined {
  const { draft } = state;
  return draft && world.clock.now() - draft.at < draftLifetimeMs ? draft.text : undefined;
}
