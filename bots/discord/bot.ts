import { MessageFlags, type REST } from 'discord.js';
import { showTurn } from '../../src/reply/show-turn.ts';
import type { ExportFile, MessageRef, ReplyAddress } from '../../src/reply/surface.ts';
import type { StoryCommand } from '../../src/story/command.ts';
import type { Turn, TurnView } from '../../src/story/story.ts';
import { textsFor } from '../../src/texts/catalogue.ts';
import type { PlatformContext } from '../platform.ts';
import { parseAddress } from './address.ts';
import { type Answerable, insist, message } from './answer.ts';
import type { Row } from './render.ts';
import { DiscordSurface } from './surface.ts';

/** What every command of one interaction carries. */
export type Base = Pick<StoryCommand, 'channel' | 'author' | 'locale' | 'dedupeKey'>;

/** What the handlers of commands and buttons work with. */
export class Bot {
  readonly context: PlatformContext;
  /** Aborts when the bot is to end: nothing is tried again any more. */
  readonly leaving: AbortSignal;
  private readonly rest: REST;

  constructor(context: PlatformContext, rest: REST, leaving: AbortSignal) {
    this.context = context;
    this.rest = rest;
    this.leaving = leaving;
  }

  surface(address: ReplyAddress, turn: Pick<Turn, 'id' | 'locale'>, isExcerpt?: boolean): DiscordSurface {
    return new DiscordSurface({
      rest: this.rest,
      clock: this.context.clock,
      address: parseAddress(address),
      texts: textsFor(turn.locale),
      turnId: turn.id,
      ...(isExcerpt ? { isExcerpt } : {}),
    });
  }

  /** Shows a turn that has ended in `refs`, or anew where there are none. */
  async show(view: TurnView, address: ReplyAddress, refs: MessageRef[], note?: string): Promise<void> {
    const { clock, storyteller, metrics } = this.context;
    await showTurn({
      clock,
      view,
      refs,
      signal: this.leaving,
      surface: this.surface(address, view.turn),
      saveRefs: (saved) => storyteller.saveMessageRefs(view.turn.id, saved),
      onCall: (call, outcome) => metrics.replies.inc({ platform: address.platform, call, outcome }),
      ...(note === undefined ? {} : { note }),
    });
  }

  /** Fills an interaction's answer. */
  async say(interaction: Answerable, text: string, components?: Row[], file?: ExportFile): Promise<void> {
    await insist(this.context.clock, this.leaving, () =>
      interaction.editReply(message(text, components, file)),
    );
  }

  /** A line that only the person sees, beside whatever the interaction shows. */
  async whisper(interaction: Answerable, text: string, file?: ExportFile): Promise<void> {
    const { content = '', allowedMentions = {}, files = [] } = message(text, [], file);
    const flags = [MessageFlags.Ephemeral, MessageFlags.SuppressEmbeds] as const;
    await insist(this.context.clock, this.leaving, () =>
      interaction.followUp({ content: content ?? '', allowedMentions, files, flags }),
    );
  }
}
