import type { REST } from 'discord.js';
import { showTurn } from '../../src/reply/show-turn.ts';
import type { MessageRef, ReplyAddress } from '../../src/reply/surface.ts';
import type { StoryCommand } from '../../src/story/command.ts';
import type { Turn, TurnView } from '../../src/story/story.ts';
import { textsFor } from '../../src/texts/catalogue.ts';
import type { PlatformContext } from '../platform.ts';
import { parseAddress } from './address.ts';
import { DiscordSurface } from './surface.ts';

/** What every command of one interaction carries. */
export type Base = Pick<StoryCommand, 'channel' | 'author' | 'locale' | 'dedupeKey'>;

/** What the handlers of commands and buttons work with. */
export class Bot {
  readonly context: PlatformContext;
  private readonly rest: REST;

  constructor(context: PlatformContext, rest: REST) {
    this.context = context;
    this.rest = rest;
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
      surface: this.surface(address, view.turn),
      saveRefs: (saved) => storyteller.saveMessageRefs(view.turn.id, saved),
      onCall: (call, outcome) => metrics.replies.inc({ platform: address.platform, call, outcome }),
      ...(note === undefined ? {} : { note }),
    });
  }
}
