import { noteFor } from '../../src/reply/note.ts';
import { jointsOf } from '../../src/story/prompt.ts';
import { isLive, type Turn, type TurnView } from '../../src/story/story.ts';
import { textsFor } from '../../src/texts/catalogue.ts';
import type { LivePartJson, TurnJson } from './client/protocol.ts';

/** The turns of a story as the page shows them: joined the way the model reads them. */
export function turnsJson(views: TurnView[], locale: string): TurnJson[] {
  const joints = jointsOf(views.map(({ turn }) => turn));
  return views.map(({ turn, versionIds }, at) => {
    const { id, prompt, text, state } = turn;
    const { before = '', between = '' } = joints[at] ?? {};
    return { id, before, prompt, between, text, state, note: noteOf(turn, locale), versionIds };
  });
}

/** A turn of the database as a live part: its last saved text. */
export function livePart(turn: Turn, locale: string): LivePartJson {
  return {
    turnId: turn.id,
    storyId: turn.storyId,
    part: 0,
    text: turn.text,
    note: noteOf(turn, locale),
    buttons: isLive(turn) ? [{ action: 'stop', turnId: turn.id, disabled: false }] : [],
    phase: !isLive(turn) ? 'done' : turn.state === 'queued' ? 'waiting' : 'writing',
  };
}

/** The page has its own place for the number of the version. */
function noteOf(turn: Turn, locale: string): string | null {
  const texts = textsFor(locale);
  const ended = noteFor({ turn, versionIds: [turn.id], isHead: true }, texts);
  return ended ?? (isLive(turn) && !turn.text ? texts.notes.starting : null);
}
