import { isLive, type TurnView } from '../story/story.ts';
import type { Catalogue } from '../texts/catalogue.ts';
import type { ButtonAction, ReplyButton } from './surface.ts';

/**
 * The buttons under a turn's reply, at most five: Stop while it is queued or written; afterwards Continue and Undo on
 * the turn that the story goes on from, Retry on any, and ◀ ▶ between the versions of a turn that has several (at
 * either end disabled, then naming the turn itself).
 */
export function buttonsFor({ turn, versionIds, isHead }: TurnView, texts: Catalogue): ReplyButton[] {
  const button = (action: ButtonAction) => ({
    action,
    turnId: turn.id,
    label: texts.buttons[labels[action]],
  });
  if (isLive(turn)) return [button('stop')];
  const failed = turn.state === 'failed';
  const onHead = (action: ButtonAction) => (isHead ? [button(action)] : []);
  return [
    ...(failed ? [] : onHead('continue')),
    button('retry'),
    ...onHead('undo'),
    ...(failed || versionIds.length < 2 ? [] : versionButtons(turn.id, versionIds, texts)),
  ];
}

const labels = {
  continue: 'continue',
  retry: 'retry',
  undo: 'undo',
  stop: 'stop',
  show: 'next',
} as const satisfies Record<ButtonAction, keyof Catalogue['buttons']>;

function versionButtons(turnId: string, versionIds: string[], texts: Catalogue): ReplyButton[] {
  const at = versionIds.indexOf(turnId);
  const show = (neighbour: string | undefined, label: string): ReplyButton => ({
    action: 'show',
    turnId: neighbour ?? turnId,
    label,
    ...(neighbour === undefined ? { disabled: true } : {}),
  });
  return [show(versionIds[at - 1], texts.buttons.previous), show(versionIds[at + 1], texts.buttons.next)];
}
