/** A code fence that is open at some point of a text. */
export interface Fence {
  /** Its backticks; three or more. */
  marker: string;
  /** The language after them. */
  info: string;
}

/** Longer runs of backticks count as text: nobody fences with them, and closing them would eat the message. */
const longestMarker = 16;

const fenceLine = /^[ \t]*(`{3,})([^`\n]*)$/gm;

/** The fence that `text` leaves open, as in CommonMark: only a bare line of as many backticks closes one. */
export function openFence(text: string): Fence | undefined {
  let open: Fence | undefined;
  for (const [, marker = '', info = ''] of text.matchAll(fenceLine)) {
    if (marker.length > longestMarker) continue;
    if (!open) open = { marker, info: /^[ \t]*[\w+#.-]{0,20}/.exec(info)?.[0].trim() ?? '' };
    else if (marker.length >= open.marker.length && info.trim() === '') open = undefined;
  }
  return open;
}

/** The most that closing a fence may add to any beginning of `text`: only grows with the text. */
export function closingReserve(text: string, carried: Fence | undefined): string {
  let longest = carried?.marker.length ?? 0;
  for (const [run] of text.matchAll(/`{3,}/g))
    longest = Math.max(longest, Math.min(run.length, longestMarker));
  return longest === 0 ? '' : `\n${'`'.repeat(longest)}`;
}
