import { chooseCut, endOfGap } from './cut.ts';
import { closingReserve, type Fence, openFence } from './fence.ts';
import type { SurfaceLimits } from './surface.ts';

type Limits = Pick<SurfaceLimits, 'maxLength' | 'measure'>;

/** `text.slice(start, end)` of the whole, between what reopens and what closes a code fence. */
export interface Piece {
  prefix: string;
  start: number;
  end: number;
  suffix: string;
}

/**
 * Cuts a text into parts for messages of its own, each with `measure(part) <= maxLength`: after a paragraph, else after
 * a sentence or line, else after a word, else between graphemes, and inside a grapheme (between code points) only where
 * it alone is too long. A code fence left open by a cut is closed, and opened again in the next part.
 *
 * The law: taken in order and without the fences put in, the parts are the text; only white space is lost, and only at
 * a cut and at both ends of the text. No part is empty or nothing but white space.
 *
 * Stable under growth: when whole characters are appended to the text, every part but the last stays as it is.
 *
 * `maxLength` must leave room for any one character and, where the text has code fences, for opening and closing them
 * (about 60); a character that doesn't fit comes alone, too long.
 */
export function splitText(text: string, limits: Limits): string[] {
  return cutText(text, limits).map(
    ({ prefix, start, end, suffix }) => prefix + text.slice(start, end) + suffix,
  );
}

/** {@link splitText} with where each part comes from. */
export function cutText(text: string, limits: Limits): Piece[] {
  const pieces: Piece[] = [];
  let fence: Fence | undefined;
  let start = endOfGap(text, 0, false);
  while (start < text.length) {
    const prefix = fence ? `${fence.marker}${fence.info}\n` : '';
    let length = fittingLength(text, start, prefix, fence, limits);
    if (length === 0 && fence) {
      fence = undefined;
      continue;
    }
    if (length === 0) length = characterAt(text, start).length;
    const fits = text.slice(start + length).trim() === '';
    const end = fits
      ? start + text.slice(start, start + length).trimEnd().length
      : start + chooseCut(text, start, length);
    const body = prefix + text.slice(start, end);
    fence = openFence(body);
    const closed = fence ? `${body.endsWith('\n') ? '' : '\n'}${fence.marker}` : '';
    const suffix = limits.measure(body + closed) <= limits.maxLength ? closed : '';
    if (text.slice(start, end).trim() !== '') pieces.push({ prefix, start, end, suffix });
    start = fits ? text.length : endOfGap(text, end, fence !== undefined);
  }
  return pieces;
}

/**
 * The greatest length, in whole characters, of what fits into one part together with a fence's closing. It depends on
 * nothing behind the first character that doesn't fit: that is what makes the parts stable.
 */
function fittingLength(
  text: string,
  start: number,
  prefix: string,
  fence: Fence | undefined,
  { measure, maxLength }: Limits,
): number {
  const fits = (length: number) => {
    const body = text.slice(start, start + length);
    return measure(prefix + body + closingReserve(body, fence)) <= maxLength;
  };
  const rest = text.length - start;
  let good = 0;
  let bad = Math.min(rest, maxLength + 1);
  while (fits(bad)) {
    if (bad === rest) return rest;
    good = bad;
    bad = Math.min(rest, bad * 2);
  }
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (fits(middle)) good = middle;
    else bad = middle;
  }
  return good - (splitsPair(text, start + good) ? 1 : 0);
}

const splitsPair = (text: string, at: number) =>
  at > 0 && (text.codePointAt(at - 1) ?? 0) > 0xffff && at < text.length;

const characterAt = (text: string, at: number) => String.fromCodePoint(text.codePointAt(at) ?? 0);
