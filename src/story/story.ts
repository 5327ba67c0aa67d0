import type { SamplingOptions, SamplingSettings } from '../generation/options.ts';
import type { MessageRef, ReplyAddress } from '../reply/surface.ts';

/** What a channel has set; whatever is missing is the default. */
export type ChannelSettings = Partial<SamplingSettings> & { language?: 'en' | 'ru' };

export interface Channel {
  id: string;
  platform: string;
  externalId: string;
  settings: ChannelSettings;
}

export interface Author {
  id: string;
  platform: string;
  externalId: string;
  name: string;
  blocked: boolean;
}

export interface Story {
  id: string;
  channelId: string;
  title: string;
  /** The turn that the story goes on from; none when all of it was taken back. */
  headTurnId: string | null;
  createdAt: Date;
  updatedAt: Date;
}

/** `queued → writing → finished | stopped | failed`. */
export type TurnState = 'queued' | 'writing' | 'finished' | 'stopped' | 'failed';

/** Whether a turn is still to be written, or just being so. */
export const isLive = ({ state }: { state: TurnState }): boolean => state === 'queued' || state === 'writing';

/** One prompt and what was written after it. `parentId` makes a story a tree: siblings are versions. */
export interface Turn {
  id: string;
  storyId: string;
  channelId: string;
  parentId: string | null;
  authorId: string;
  /** What the person typed; empty for a bare "continue". */
  prompt: string;
  /** What the model wrote so far. */
  text: string;
  state: TurnState;
  options: SamplingOptions;
  model: string | null;
  promptTokens: number | null;
  completionTokens: number;
  /** Why it ended: `stop`, `length`, `abort`, or for a failed turn a key of the catalogue. */
  endReason: string | null;
  locale: string;
  replyAddress: ReplyAddress;
  messageRefs: MessageRef[];
  /** How often writing was begun and not brought to an end. */
  attempts: number;
  createdAt: Date;
  finishedAt: Date | null;
}

/** A turn with what its buttons need to know. */
export interface TurnView {
  turn: Turn;
  /** The turn and its siblings, oldest first. */
  versionIds: string[];
  /** True for the turn that the story goes on from. */
  isHead: boolean;
}
