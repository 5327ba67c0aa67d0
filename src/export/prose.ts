import { textsFor } from '../texts/catalogue.ts';
import type { ReadableStory, ReadableTurn } from './format.ts';

/** One piece of a story as people read it: what somebody asked for, or what was written. */
export interface Passage {
  kind: 'prompt' | 'text' | 'forgotten';
  /** Empty where nobody is to be named. */
  author: string;
  /** Without empty ones at either end; lines within a paragraph are parted by `\n`. */
  paragraphs: string[];
}

/** A story's passages in the order of reading. */
export function passages(story: ReadableStory, locale: string): Passage[] {
  return story.turns.flatMap((turn) => passagesOf(turn, textsFor(locale).history.forgotten));
}

function passagesOf({ author, prompt, text, forgotten }: ReadableTurn, forgottenText: string): Passage[] {
  if (forgotten) return [{ kind: 'forgotten', author: '', paragraphs: [forgottenText] }];
  const passages: Passage[] = [
    { kind: 'prompt', author, paragraphs: paragraphs(prompt) },
    { kind: 'text', author: '', paragraphs: paragraphs(text) },
  ];
  return passages.filter((passage) => passage.paragraphs.length > 0);
}

function paragraphs(text: string): string[] {
  return text
    .replace(/\r\n?|\u2028|\u0085/g, '\n')
    .split(/\n[\t ]*\n\s*|\u2029/)
    .map((paragraph) => paragraph.replace(/^\n+|\s+$/g, ''))
    .filter((paragraph) => paragraph.trim() !== '');
}

/** Its title, or what stands in for one that was forgotten. */
export function titleOf({ title }: { title: string }, locale: string): string {
  return title.trim().replace(/\s+/g, ' ') || textsFor(locale).history.untitled;
}

/** `Discord · #tavern · 25 November 2026` */
export function placeAndDay({ platform, channel, createdAt }: ReadableStory, locale: string): string {
  const day = new Date(createdAt).toLocaleDateString(languageOf(locale), {
    dateStyle: 'long',
    timeZone: 'UTC',
  });
  const name = platform.charAt(0).toUpperCase() + platform.slice(1);
  return [name, channel, day].filter(Boolean).join(' · ');
}

/** A language tag that this machine knows, for dates and `lang`: English where it is none. */
export function languageOf(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? 'en';
  } catch {
    return 'en';
  }
}
