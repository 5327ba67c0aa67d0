/** More than any tokenizer in use makes of a token on average; English has about four. */
export const mostCharactersPerToken = 8;

/**
 * How many of `length` characters are certainly more than a context takes in: the oldest of them can go unread. They go
 * in steps of half of what may stay, so that a text that grows begins at the same place for many turns.
 * @param contextLength in tokens
 */
export function certainSurplus(length: number, contextLength: number): number {
  const most = contextLength * mostCharactersPerToken;
  const step = Math.floor(most / 2);
  return length <= most ? 0 : Math.ceil((length - most) / step) * step;
}
