import { isLive, type TurnView } from '../story/story.ts';
import type { Catalogue } from '../texts/catalogue.ts';

/**
 * The line under a reply whose turn has ended: why it failed or stopped, that there is no text, and which of several
 * versions it is. `undefined` while it is queued or written, and where there is nothing to say.
 */
export function noteFor({ turn, versionIds }: TurnView, texts: Catalogue): string | undefined {
  if (isLive(turn)) return undefined;
  const lines: string[] = [];
  if (turn.state === 'failed') lines.push(failureText(turn.endReason, texts));
  else if (turn.state === 'stopped') lines.push(texts.notes.stopped);
  else if (turn.text.trim() === '') lines.push(texts.notes.empty);
  if (versionIds.length > 1) {
    lines.push(texts.notes.version(versionIds.indexOf(turn.id) + 1, versionIds.length));
  }
  return lines.length === 0 ? undefined : lines.join(' ');
}

function failureText(reason: string | null, { failures }: Catalogue): string {
  const known = Object.keys(failures) as (keyof typeof failures)[];
  return failures[known.find((key) => key === reason) ?? 'gaveUp'];
}
