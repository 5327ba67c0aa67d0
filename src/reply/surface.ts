import type { Json } from '../storage/json.ts';

/** Where a reply goes: stored with the turn, and opaque to everything but the platform that made it. */
export interface ReplyAddress {
  platform: string;
  data: Json;
}

/** A message that a surface has posted, as the platform names it: stored with the turn. */
export type MessageRef = Json;

export type ButtonAction = 'continue' | 'retry' | 'undo' | 'stop' | 'show';

/** A button under a reply. Pressing it means `action` on `turnId`. */
export interface ReplyButton {
  action: ButtonAction;
  turnId: string;
  label: string;
  disabled?: boolean;
}

/** One message of a reply. */
export interface ReplyPart {
  /** 0-based; a long story spans several messages. */
  index: number;
  /** The model's or a person's text: data, to be shown as those very characters. At most `limits.maxLength`. */
  text: string;
  /**
   * A short line of our own under the text (or alone while there is none): place in the queue, "stopped", an error.
   * At most 200 characters, for which a surface leaves room beside `limits.maxLength`.
   */
  note?: string;
  /** Only the last part has any. */
  buttons: ReplyButton[];
  phase: 'waiting' | 'writing' | 'done';
  /** The same for every try to post this part, at most 25 characters: platforms that can, use it against doubles. */
  nonce: string;
}

export interface SurfaceLimits {
  /** The most that `measure` may give for the text of one part. */
  maxLength: number;
  /**
   * The least time between two calls for one reply. Only a further message comes right after the edit that took its
   * first words out of the one above.
   */
  minEditIntervalMs: number;
  /** A text's length as the platform counts it once it is escaped. Grows with the text. */
  measure(text: string): number;
}

/** A file to hand to people: an export. */
export interface ExportFile {
  name: string;
  contentType: string;
  data: Uint8Array;
}

/**
 * Where a reply is shown: the port that each platform implements.
 * Any call may throw {@link RateLimited}, {@link MessageGone} or {@link AccessLost}; anything else counts as a passing
 * fault and is tried again. The caller never has two calls under way for one surface, but for `typing`, which may run
 * beside another call. A message that can't take an edit but could be posted anew (a native draft whose part is `done`)
 * is a case of {@link MessageGone} too. Every call ends in some way within a minute: the reply waits for it.
 */
export interface ReplySurface {
  readonly limits: SurfaceLimits;
  post(part: ReplyPart): Promise<MessageRef>;
  edit(ref: MessageRef, part: ReplyPart): Promise<void>;
  attach(file: ExportFile): Promise<void>;
  /** Takes a message away, where the platform can. */
  remove?(ref: MessageRef): Promise<void>;
  /** Shows that somebody is at work; called again and again, every few seconds, until the text is there. */
  typing?(): Promise<void>;
  /** No call comes any more: lets go of what it keeps up by itself. The reply may be shown by another process now. */
  close?(): void;
}

/** Try again, with the newest text, after `retryAfterMs`. */
export class RateLimited extends Error {
  override name = 'RateLimited';
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number) {
    super(`Rate limited for ${retryAfterMs} ms`);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The message was deleted, or can't be edited any more: the reply goes on in a new one. */
export class MessageGone extends Error {
  override name = 'MessageGone';
}

/** Nothing can be shown there any more: blocked, left, no permission. The text is still written and kept. */
export class AccessLost extends Error {
  override name = 'AccessLost';
}
