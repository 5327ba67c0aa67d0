import type { RecordType } from './records.ts';

/** What one format is: a file of its own that exports this, and a line in `formats.ts`. */
export interface ExportFormat {
  /** Without the dot. */
  extension: string;
  contentType: string;
  /** Writes the history piece by piece: never more than a story of it is in memory. */
  write(source: HistorySource): AsyncIterable<Uint8Array | string>;
}

/** The history as one consistent snapshot, for a format to read: one thing after the other. */
export interface HistorySource {
  /** Every record as a line of JSON, by kind, in the order in which they can be read back. */
  records(): Iterable<{ type: RecordType; lines: AsyncIterable<Buffer> }>;
  /** Every turn as a flat row, with the names of its author and channel. */
  turns(): AsyncIterable<FlatTurn>;
  /** The stories as they read now, channel by channel, oldest first. */
  stories(): AsyncIterable<ReadableStory>;
  /** The titles of {@link stories}, in the same order. */
  titles(): AsyncIterable<StoryTitle>;
  /** Everybody who asked for a turn in them, by name. */
  authors(): Promise<string[]>;
  /** The language of our own words in it. */
  locale: string;
  /** When the history was read. */
  takenAt: Date;
  /** Undefined for a whole export. */
  part: Part | undefined;
}

/** One file of several that make up an export. */
export interface Part {
  /** From 1. */
  number: number;
  of: number;
}

export interface StoryTitle {
  id: string;
  /** Empty where it was forgotten. */
  title: string;
}

export interface ReadableStory extends StoryTitle {
  platform: string;
  /** Null where the platform gave none. */
  channel: string | null;
  createdAt: string;
  /** From its beginning to where it stands. */
  turns: ReadableTurn[];
}

export interface ReadableTurn {
  /** Empty for somebody who asked to be forgotten. */
  author: string;
  prompt: string;
  text: string;
  forgotten: boolean;
}

/** A turn's columns, all of them plain values. */
export type FlatTurn = Record<string, string | number | boolean | null>;
