const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** White space that ends a grapheme: not what a combining mark, joiner or the like hangs on. */
const gap = /(?:\r\n?|\n|[^\S\r\n](?!\p{Grapheme_Extend}|\p{Emoji_Modifier}|\p{M}|\u200d|\u0e33|\u0eb3))*/uy;

/** Where the white space at `at` ends; in code, indentation after the last line break stays. */
export function endOfGap(text: string, at: number, inCode: boolean): number {
  gap.lastIndex = at;
  const run = gap.exec(text)?.[0] ?? '';
  const lineBreak = inCode ? run.lastIndexOf('\n') : -1;
  return at + (lineBreak >= 0 ? lineBreak + 1 : run.length);
}

/** The end of a sentence before white space, and of a Chinese or Japanese one anywhere. */
const sentenceEnd = /[.!?…]+["'”’»)\]]*(?=\s)|[。！？]+["'」』”’）]*/gu;

/** A paragraph or sentence that ends in the first half is no place to cut: it would leave short messages. */
const worthwhile = 0.5;

/**
 * Where to cut the text from `start`, of which `length` (less than all) fits: how many code units go into the part.
 * Looks at nothing behind the first character that doesn't fit, so it says the same however the text goes on.
 */
export function chooseCut(text: string, start: number, length: number): number {
  const overflow = String.fromCodePoint(text.codePointAt(start + length) ?? 0);
  const window = text.slice(start, start + length) + overflow;
  const segments = graphemes.segment(window);
  const usable = (at: number, least: number) =>
    at > 0 &&
    at >= least &&
    at <= length &&
    segments.containing(at)?.index === at &&
    window.slice(0, at).trim() !== '';

  const gaps = [...window.matchAll(/\s+/g)];
  const places = [
    gaps.filter(([run]) => /\n[^\S\n]*\n/.test(run)).map(({ index }) => index),
    [
      ...gaps.filter(([run]) => run.includes('\n')).map(({ index }) => index),
      ...[...window.matchAll(sentenceEnd)].map(({ index, 0: run }) => index + run.length),
    ].sort((a, b) => a - b),
    gaps.map(({ index }) => index),
  ];
  for (const [kind, candidates] of places.entries()) {
    const least = kind < 2 ? length * worthwhile : 1;
    const last = candidates.findLast((at) => usable(at, least));
    if (last !== undefined) return last;
  }
  const grapheme = segments.containing(length)?.index ?? length;
  return grapheme > 0 ? grapheme : length;
}
