/** A stretch of the story by one hand. */
export interface Run {
  turnId: string;
  by: 'person' | 'model';
  text: string;
}

/** A turn as {@link paragraphsOf} reads it. */
export interface Telling {
  id: string;
  before: string;
  prompt: string;
  between: string;
  text: string;
  /** The text comes without the white space around it, as while it is being written. */
  isTrimmed: boolean;
}

/** The turns as one text to read, cut into paragraphs at blank lines; every other character is kept. */
export function paragraphsOf(turns: Telling[]): Run[][] {
  const paragraphs: Run[][] = [];
  let isBreak = true;
  const add = (turnId: string, by: Run['by'], text: string) => {
    text.split(/\n{2,}/).forEach((piece, index) => {
      if (index > 0) isBreak = true;
      if (piece === '' || (isBreak && piece.trim() === '')) return;
      const last = isBreak ? undefined : paragraphs.at(-1);
      if (last) last.push({ turnId, by, text: piece });
      else paragraphs.push([{ turnId, by, text: piece.trimStart() }]);
      isBreak = false;
    });
  };
  for (const { id, before, prompt, between, text, isTrimmed } of turns) {
    add(id, 'model', before);
    add(id, 'person', prompt);
    add(id, 'model', between);
    const end = isBreak ? '' : (paragraphs.at(-1)?.at(-1)?.text ?? '');
    add(id, 'model', (isTrimmed ? lostSpace(end, text) : '') + text);
  }
  return paragraphs;
}

/** The space that must have stood between two words. */
function lostSpace(before: string, after: string): string {
  return /\S$/.test(before) && /^[\p{L}\p{N}"“«(]/u.test(after) ? ' ' : '';
}
