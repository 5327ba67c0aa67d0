import type { FileLimits } from '../export/split.ts';
import type { ReplyAddress } from '../reply/surface.ts';
import type { ChannelSettings } from './story.ts';

/** Somebody on a platform. */
export interface AuthorRef {
  platform: string;
  externalId: string;
  name: string;
}

/** A place on a platform with stories of its own: a channel, thread, chat, topic or browser. */
export interface ChannelRef {
  platform: string;
  /** Includes the thread or topic. */
  externalId: string;
  name?: string;
  /** Keys that ALLOW and DENY may name besides the channel's own, such as `discord:guild:42`. */
  accessKeys?: string[];
}

interface CommandBase {
  channel: ChannelRef;
  author: AuthorRef;
  /** `en`, `ru`, `pt-BR`…, as the platform gives it; texts fall back to English. */
  locale: string;
  /** Names the platform's event, so that the same event told twice is done once: `discord:INTERACTION`. */
  dedupeKey: string;
}

/** Commands that a turn comes of; the reply to them is written to `reply`. */
export type TurnCommand = CommandBase & { reply: ReplyAddress } & (
    | { kind: 'begin'; prompt: string }
    /** Writes on after `turnId`, or after the channel's newest story's head. */
    | { kind: 'continue'; prompt?: string; turnId?: string }
    /** Writes another version of `turnId`, or of the head. */
    | { kind: 'retry'; turnId?: string }
  );

/** Everything that a person can ask of Storyteller, whatever the platform. */
export type StoryCommand =
  | TurnCommand
  | (CommandBase &
      /** Takes the head (or `turnId`, if it is the head) back. */
      (
        | { kind: 'undo'; turnId?: string }
        /** Stops `turnId`, or every turn of the channel that is queued or being written. */
        | { kind: 'stop'; turnId?: string }
        /** Makes `turnId`, a version of its siblings, the one that the story goes on from. */
        | { kind: 'show'; turnId: string }
        /** Reads the channel's settings, or changes those given; `reset` first goes back to the defaults. */
        | { kind: 'settings'; changes?: Partial<ChannelSettings>; reset?: boolean }
        | { kind: 'history'; limit?: number; before?: Date }
        /** `limits`: what the platform takes there. */
        | { kind: 'export'; format: string; limits: FileLimits; storyId?: string }
        /** Removes the author's texts and name everywhere. */
        | { kind: 'forget' }
        /** Removes the channel's stories. */
        | { kind: 'clear' }
      ));
