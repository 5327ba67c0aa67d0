import { byId, make } from './dom.ts';
import type { LiveText } from './live-texts.ts';
import { SentenceReader } from './sentences.ts';

/** So many announcements stay in the page: enough for a screen reader that is behind. */
const kept = 5;

/** Reads the story to a screen reader while it is written, sentence by sentence. */
export class Announcer {
  private readonly region = byId('announcer', HTMLDivElement);
  private readonly reader: SentenceReader;
  private readonly storyEnd: string;
  private turnId: string | null = null;

  constructor(locale: string, storyEnd: string) {
    this.reader = new SentenceReader(locale);
    this.storyEnd = storyEnd;
  }

  /** A turn was asked for here: it is read from its beginning. */
  expect(turnId: string): void {
    this.turnId = turnId;
    this.reader.start(0);
  }

  /** Takes what is being written just now, after every change of it. */
  follow(turnId: string | undefined, writing: LiveText | undefined, text: string): void {
    if (turnId !== this.turnId) {
      if (!writing) return;
      this.turnId = turnId ?? null;
      this.reader.start(writing.text.length);
    }
    const isDone = !writing;
    this.say(this.reader.take(text, isDone));
    if (!isDone) return;
    this.turnId = null;
    this.say(this.storyEnd);
  }

  say(words: string): void {
    if (!words) return;
    this.region.append(make('p', '', words));
    while (this.region.childElementCount > kept) this.region.firstElementChild?.remove();
  }
}
