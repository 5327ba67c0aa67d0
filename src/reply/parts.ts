import { createHash } from 'node:crypto';
import { contentKey, type PartContent } from './plan.ts';
import { splitText } from './split.ts';
import type { MessageRef, ReplyButton, ReplyPart, SurfaceLimits } from './surface.ts';

/** A reply as it should look at some moment. */
export interface ReplyView {
  /** The model's text so far, whole. */
  text: string;
  note?: string;
  phase: ReplyPart['phase'];
  buttons: ReplyButton[];
}

/** The messages of a reply: note and buttons are the last one's. None while there is neither text nor note. */
export function partsOf(view: ReplyView, limits: SurfaceLimits): PartContent[] {
  const texts = splitText(view.text, limits);
  if (texts.length === 0 && view.note) texts.push('');
  return texts.map((text, index) => {
    if (index < texts.length - 1) return { index, text, buttons: [], phase: 'done' };
    const note = view.note ? { note: view.note } : {};
    return { index, text, ...note, buttons: view.buttons, phase: view.phase };
  });
}

/** Parts of the saved text that were finished before a later part was posted: they are known to be shown. */
export function knownContent(resume: { refs: MessageRef[]; text: string }, limits: SurfaceLimits): string[] {
  const parts = partsOf({ text: resume.text, phase: 'writing', buttons: [] }, limits).slice(0, -1);
  return parts.slice(0, Math.max(0, resume.refs.length - 1)).map(contentKey);
}

/**
 * The same for every try to post a part, in any process, and another once the message that it made was deleted.
 * 25 characters: as many as Discord takes.
 */
export function nonceOf(key: string, index: number, replaces: MessageRef | undefined): string {
  const named = JSON.stringify([key, index, replaces ?? null]);
  return createHash('sha256').update(named).digest('base64url').slice(0, 25);
}
