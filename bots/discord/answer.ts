import {
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type InteractionEditReplyOptions,
  MessageFlags,
} from 'discord.js';
import type { Clock } from '../../src/ops/clock.ts';
import { AccessLost, type ExportFile, MessageGone, RateLimited } from '../../src/reply/surface.ts';
import { isAcknowledged, isTooLate, meaningOf } from './errors.ts';
import { escapeText } from './escape.ts';
import { maxContent, type Row } from './render.ts';

export type Answerable = ChatInputCommandInteraction | ButtonInteraction;

/** An acknowledgement whose line was cut is tried again: there are 3 s for it. */
const tries = 5;

/**
 * Acknowledges an interaction. False when that is not ours to answer any more: too late, or another process did it.
 * @throws what the last try threw
 */
export async function acknowledge(
  interaction: Answerable,
  how: 'answer' | 'answer privately' | 'update',
): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      if (how === 'update' && interaction.isButton()) await interaction.deferUpdate();
      else await interaction.deferReply(how === 'answer' ? {} : { flags: MessageFlags.Ephemeral });
      return true;
    } catch (error) {
      if (isAcknowledged(error)) {
        // An earlier try of ours may have got through without its answer coming back.
        interaction.deferred = attempt > 1;
        return attempt > 1;
      }
      if (isTooLate(error)) return false;
      if (attempt === tries) throw error;
    }
  }
}

/** A message to a person as the platform's own calls take it: plain characters, and nobody pinged. */
export function message(
  text: string,
  components: Row[] = [],
  file?: ExportFile,
): InteractionEditReplyOptions {
  return {
    content: cut(escapeText(text)),
    components,
    allowedMentions: { parse: [] },
    files: file ? [{ attachment: Buffer.from(file.data), name: file.name }] : [],
    flags: MessageFlags.SuppressEmbeds,
  };
}

/** Cuts at a line, so that no escape is cut in two. */
function cut(content: string): string {
  if (content.length <= maxContent) return content;
  const end = content.lastIndexOf('\n', maxContent - 1);
  return end > 0 ? content.slice(0, end) : content.slice(0, maxContent).replace(/\\$/, '');
}

/** Answers are worth a few tries: a line that was cut, a passing fault, a limit that is over in a moment. */
const answerTries = 4;
const pauseMs = 500;

/** Does what answers an interaction, again where the trouble may pass, until `signal` aborts. @throws what the last try threw */
export async function insist<T>(clock: Clock, signal: AbortSignal, call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const meaning = meaningOf(error);
      const isFinal = meaning instanceof AccessLost || meaning instanceof MessageGone;
      if (isFinal || attempt === answerTries || signal.aborted) throw error;
      await clock.sleep(meaning instanceof RateLimited ? meaning.retryAfterMs : pauseMs * attempt, signal);
    }
  }
}
