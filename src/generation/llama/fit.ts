/** How much of a context is kept for the new text when more is asked for than fits beside a prompt. */
const writingShare = 5 / 8;

/** Tokens that a prompt may have when `maxTokens` are to be written after it. */
export function promptBudget(context: number, maxTokens: number): number {
  return context - Math.min(maxTokens, Math.floor(context * writingShare));
}

/**
 * How many of the oldest tokens to leave out so that `length` tokens fit into `budget`. They go in steps of a quarter
 * of the context: from turn to turn the text that is left begins at the same place, so that most of the cache holds.
 */
export function tokensToDrop(length: number, budget: number, context: number): number {
  if (length <= budget) return 0;
  const step = Math.max(1, Math.min(Math.floor(context / 4), budget - 1));
  return Math.min(length - 1, Math.ceil((length - budget) / step) * step);
}
