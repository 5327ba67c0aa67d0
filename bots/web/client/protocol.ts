import type { PageTexts } from '../../../src/texts/page.en.ts';

/** What the page and the server say to each other, as JSON. */
export type TurnStateJson = 'queued' | 'writing' | 'finished' | 'stopped' | 'failed';

export interface TurnJson {
  id: string;
  /** White space between the story so far and this turn. */
  before: string;
  prompt: string;
  /** White space between the prompt and the text. */
  between: string;
  text: string;
  state: TurnStateJson;
  /** Our own line under the text: stopped, an error. */
  note: string | null;
  /** The turn and its versions, oldest first. */
  versionIds: string[];
}

export interface StoryJson {
  id: string;
  title: string;
  /** From the beginning to the turn that the story goes on from. */
  turns: TurnJson[];
}

export interface StorySummaryJson {
  id: string;
  title: string;
  excerpt: string;
  turns: number;
  /** ISO 8601. */
  updatedAt: string;
}

export interface ModelJson {
  name: string;
  bundled: boolean;
}

export type SliderName = 'maxTokens' | 'temperature' | 'topK' | 'topP' | 'minP';

export interface Range {
  min: number;
  max: number;
  default: number;
}

export interface SettingsJson extends Partial<Record<SliderName, number>> {
  language?: 'en' | 'ru';
}

export interface SessionJson {
  locale: string;
  texts: PageTexts & {
    buttons: Record<'continue' | 'retry' | 'undo' | 'stop' | 'previous' | 'next', string>;
  };
  ranges: Record<SliderName, Range>;
  languages: string[];
  settings: SettingsJson;
  /** What a story can be downloaded as; none where there are no exports. */
  formats: string[];
  /** Whether a person can have themselves forgotten. */
  canForget: boolean;
  /** `null` while the generator can't be asked. */
  model: ModelJson | null;
}

export type ButtonActionJson = 'continue' | 'retry' | 'undo' | 'stop' | 'show';

/** One message of a reply that is waiting or being written. */
export interface LivePartJson {
  turnId: string;
  storyId: string;
  /** 0-based; only a very long reply has more than one. */
  part: number;
  text: string;
  note: string | null;
  buttons: { action: ButtonActionJson; turnId: string; disabled: boolean }[];
  phase: 'waiting' | 'writing' | 'done';
}

/** The first event of every connection: what is being written just now. */
export interface SnapshotEvent {
  parts: LivePartJson[];
}

/** The part's text is now its first `from` UTF-16 units followed by `text`. */
export interface DeltaEvent extends LivePartJson {
  from: number;
}

/** Something of the browser's changed (perhaps in another tab): look again. */
export interface ChangedEvent {
  storyId: string | null;
  /** All stories are gone. */
  isCleared: boolean;
}

export interface ErrorJson {
  error: {
    reason: string;
    /** The sentence for the person. */
    text: string;
    /** ISO 8601: when asking again makes sense. */
    retryAt?: string;
  };
}
