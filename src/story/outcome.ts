import type { ExportFile } from '../reply/surface.ts';
import type { ChannelSettings, Story, Turn, TurnView } from './story.ts';

/** Why a command was not done: a key of the catalogue of texts. */
export type RefusalReason =
  | 'empty'
  | 'tooLong'
  | 'controlCharacters'
  | 'brokenText'
  | 'notAllowed'
  | 'blocked'
  | 'quota'
  | 'queueFull'
  | 'nothingToContinue'
  | 'stillWriting'
  | 'notFound'
  | 'nothingToUndo'
  | 'nothingToStop'
  | 'badSetting'
  | 'databaseDown'
  | 'exportTooLarge'
  | 'internal';

export interface Refusal {
  kind: 'refused';
  reason: RefusalReason;
  /** The sentence for the person, in their language. */
  text: string;
  /** When asking again makes sense: the quota is free again, the queue is shorter. */
  retryAt?: Date;
}

/** What became of a command; the adapter shows it. */
export type Outcome =
  | Refusal
  /** Committed. Its reply is written to its address; nothing more to show but an acknowledgement. */
  | {
      kind: 'accepted';
      turn: Turn;
      duplicate: boolean;
      /** Turns of this channel that come first. */
      ahead: number;
    }
  /** `removed` was taken back; the story goes on from `head` (none: its beginning was taken back). */
  | { kind: 'undone'; removed: Turn; head: TurnView | undefined }
  | { kind: 'stopping'; turnIds: string[] }
  | { kind: 'shown'; view: TurnView }
  | { kind: 'settings'; settings: ChannelSettings; changed: boolean }
  | { kind: 'history'; stories: StorySummary[] }
  /** One file after the other, each made when it is asked for. */
  | { kind: 'exported'; files: AsyncIterable<ExportFile> }
  | { kind: 'forgotten'; turns: number }
  | { kind: 'cleared'; stories: number };

export interface StorySummary extends Story {
  turns: number;
  /** The first words of the newest turn's text. */
  excerpt: string;
}
