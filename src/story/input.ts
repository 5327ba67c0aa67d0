import type { RefusalDetails } from '../texts/en.ts';
import type { RefusalReason } from './outcome.ts';

/** The longest prompt, in UTF-16 units: what fits a Telegram message, and more than a small model can take in. */
export const maxPromptLength = 4_000;

/** A command that can't be done; `reason` is a key of the catalogue. */
export class Refused extends Error {
  override name = 'Refused';
  readonly reason: RefusalReason;
  readonly details: RefusalDetails;
  constructor(reason: RefusalReason, details: RefusalDetails = {}) {
    super(reason);
    this.reason = reason;
    this.details = details;
  }
}

// Everything of Unicode's category Cc but tab and line feed.
const controlCharacter = /(?![\t\n])\p{Cc}/u;

/**
 * A prompt as it is stored: line ends are line feeds, no white space around it.
 * @throws {Refused} when it is empty, too long, or not text
 */
export function checkPrompt(raw: string): string {
  const prompt = raw.replace(/\r\n?/g, '\n').trim();
  if (prompt.length > maxPromptLength) throw new Refused('tooLong', { limit: maxPromptLength });
  if (!prompt.isWellFormed() || prompt.includes('\uFFFD')) throw new Refused('brokenText');
  if (controlCharacter.test(prompt)) throw new Refused('controlCharacters');
  if (prompt === '') throw new Refused('empty');
  return prompt;
}

const titleLength = 80;

/** A story's title: the first line of its first prompt, cut at a word. */
export function titleOf(prompt: string): string {
  const line = prompt.split('\n', 1)[0]?.trim() ?? '';
  if (line.length <= titleLength) return line;
  const cut = line.slice(0, titleLength);
  const space = cut.lastIndexOf(' ');
  return `${(space > titleLength / 2 ? cut.slice(0, space) : cut).toWellFormed().replace('\uFFFD', '')}…`;
}
