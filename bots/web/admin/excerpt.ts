/** A piece of a text; `hit` where it is what was looked for. */
export interface Piece {
  text: string;
  hit: boolean;
}

const around = 120;
const mostHits = 3;

/**
 * The places of a text that hold what was looked for, with some words around.
 * @param text as it was written
 * @param marked the same with small letters, hits between U+0002 and U+0003
 */
export function excerpt(text: string, marked: string): Piece[] {
  const hits: { from: number; to: number }[] = [];
  let from = 0;
  let at = 0;
  for (const character of marked) {
    if (character === '\u0002') from = at;
    else if (character === '\u0003') hits.push({ from, to: at });
    else at += character.length;
  }
  const first = hits[0];
  if (!first) return [{ text: cut(text, 0, 2 * around), hit: false }];
  const pieces: Piece[] = [];
  let shown = Math.max(0, first.from - around);
  for (const hit of hits.slice(0, mostHits)) {
    const before =
      hit.from - shown > 2 * around
        ? `${cut(text, shown, shown + around)} … ${cut(text, hit.from - around, hit.from)}`
        : cut(text, shown, hit.from);
    pieces.push({ text: before, hit: false }, { text: text.slice(hit.from, hit.to), hit: true });
    shown = hit.to;
  }
  pieces.push({ text: cut(text, shown, shown + around), hit: false });
  return pieces;
}

/** Never half a character. */
const cut = (text: string, from: number, to: number) => text.slice(from, to).toWellFormed();
