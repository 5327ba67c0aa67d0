import type { ChatMessage } from '../generator.ts';

/**
 * Leaves out as many of the oldest messages as measure `surplus` together, but never the system's nor the last question
 * and what comes after it. An answer goes with its question: chat templates may refuse to begin with one.
 * @param sizes of the messages, in their order
 */
export function withoutOldest(
  messages: readonly ChatMessage[],
  sizes: readonly number[],
  surplus: number,
): ChatMessage[] {
  const lastQuestion = messages.findLastIndex(({ role }) => role === 'user');
  const question = lastQuestion < 0 ? messages.length - 1 : lastQuestion;
  let left = surplus;
  let isGoing = surplus > 0;
  return messages.filter(({ role }, at) => {
    if (role === 'system') return true;
    isGoing &&= at < question && (left > 0 || role === 'assistant');
    left -= isGoing ? (sizes[at] ?? 0) : 0;
    return !isGoing;
  });
}
