import type { ButtonAction, ReplyButton } from '../../src/reply/surface.ts';

/** What a button of ours asks for: a reply's action, the rest of a reply that was cut off, or an answer to a question. */
export type Press =
  | { action: ButtonAction | 'rest'; turnId: string }
  | { action: 'forget' | 'clear' | 'cancel' };

const onTurn = /^s1:(continue|retry|undo|stop|show|rest):([\w-]{1,64})(?::\d+)?$/;
const answers = /^s1:(forget|clear|cancel)$/;

/** A button's custom id (at most 100 characters): all that is needed to answer it, also after a restart. */
export const customIdOf = ({ action, turnId }: { action: ButtonAction | 'rest'; turnId: string }) =>
  `s1:${action}:${turnId}`;

/** The custom ids of a message's buttons; Discord wants them to differ. */
export function customIdsOf(buttons: ReplyButton[]): string[] {
  const ids = buttons.map(customIdOf);
  return ids.map((id, index) => (ids.indexOf(id) === index ? id : `${id}:${index}`));
}

export const answerId = (action: 'forget' | 'clear' | 'cancel') => `s1:${action}`;

/** `undefined` for what is none of our buttons. */
export function parseCustomId(customId: string): Press | undefined {
  const [, action, turnId] = onTurn.exec(customId) ?? [];
  if (action && turnId) return { action: action as ButtonAction | 'rest', turnId };
  const [, answer] = answers.exec(customId) ?? [];
  return answer ? { action: answer as 'forget' | 'clear' | 'cancel' } : undefined;
}
