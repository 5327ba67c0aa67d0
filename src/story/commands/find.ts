import { validate as isUuid } from 'uuid';
import type { Database } from '../../storage/database.ts';
import { findChannel } from '../../storage/people.ts';
import { newestStory } from '../../storage/stories.ts';
import { findTurn } from '../../storage/turns.ts';
import type { ChannelRef } from '../command.ts';
import { Refused } from '../input.ts';
import type { Channel, Turn } from '../story.ts';

/** @throws {Refused} when there is no such turn in this channel: nobody reaches into another's */
export async function turnOfChannel(db: Database, channel: Channel, turnId: string): Promise<Turn> {
  const turn = isUuid(turnId) ? await findTurn(db, turnId) : undefined;
  if (!turn || turn.channelId !== channel.id) throw new Refused('notFound');
  return turn;
}

/** `turnId`, or where the channel's newest story stands. @throws {Refused} `nothing` when there is none */
export async function turnOrHead(
  db: Database,
  channel: Channel,
  turnId: string | undefined,
  nothing: 'nothingToContinue' | 'nothingToUndo',
): Promise<Turn> {
  if (turnId !== undefined) return turnOfChannel(db, channel, turnId);
  const headId = (await newestStory(db, channel.id))?.headTurnId;
  const head = headId ? await findTurn(db, headId) : undefined;
  if (!head) throw new Refused(nothing);
  return head;
}

/** @throws {Refused} `nothing` when nobody has ever written there */
export async function knownChannel(
  db: Database,
  ref: ChannelRef,
  nothing: 'nothingToContinue' | 'nothingToUndo' | 'nothingToStop' | 'notFound',
): Promise<Channel> {
  const channel = await findChannel(db, ref);
  if (!channel) throw new Refused(nothing);
  return channel;
}
