import { randomInt } from 'node:crypto';
import { v7 as newId } from 'uuid';
import { defaultSampling } from '../../generation/options.ts';
import type { MessageRef } from '../../reply/surface.ts';
import type { Database } from '../../storage/database.ts';
import { notify } from '../../storage/notifications.ts';
import { ensureAuthor, lockChannel } from '../../storage/people.ts';
import { moveHead } from '../../storage/stories.ts';
import { countLiveTurns, createTurn, findTurnByKey } from '../../storage/turns.ts';
import { checkQuota } from '../access.ts';
import type { TurnCommand } from '../command.ts';
import { Refused } from '../input.ts';
import type { Outcome } from '../outcome.ts';
import type { Channel } from '../story.ts';
import type { CommandContext } from './context.ts';

/** Waiting turns that a channel may have, and all of them together; past that a person is told to come back. */
const mostWaiting = { channel: 20, all: 2_000 };

export interface Placement {
  storyId: string;
  parentId: string | null;
  prompt: string;
  /** Messages to be written over: another version of a turn is shown where the turn was. */
  messageRefs?: MessageRef[];
}

/**
 * Commits a turn: author, quota, story and turn in one transaction. `place` finds or makes the story.
 * The same event told twice gives the turn that came of the first.
 */
export async function queueTurn(
  { db, access, clock }: CommandContext,
  command: TurnCommand,
  place: (db: Database, channel: Channel) => Promise<Placement>,
): Promise<Outcome> {
  return db.transaction().execute(async (transaction) => {
    const channel = await lockChannel(transaction, command.channel);
    const earlier = await findTurnByKey(transaction, command.dedupeKey);
    if (earlier) return { kind: 'accepted', turn: earlier, duplicate: true, ahead: 0 };
    const author = await ensureAuthor(transaction, command.author);
    await checkQuota(transaction, author, access, clock.now());
    const live = await countLiveTurns(transaction, channel.id);
    if (live.channel >= mostWaiting.channel || live.all >= mostWaiting.all)
      throw new Refused('queueFull', { seconds: 60 });
    const { storyId, parentId, prompt, messageRefs = [] } = await place(transaction, channel);
    const { language, ...settings } = channel.settings;
    const turn = await createTurn(transaction, {
      id: newId(),
      story_id: storyId,
      channel_id: channel.id,
      parent_id: parentId,
      author_id: author.id,
      prompt,
      options: JSON.stringify({ ...defaultSampling, ...settings, seed: randomInt(2 ** 32), stop: [] }),
      locale: language ?? command.locale,
      reply_address: JSON.stringify(command.reply),
      message_refs: JSON.stringify(messageRefs),
      dedupe_key: command.dedupeKey,
    });
    if (!turn) throw new Error(`The dedupe key ${command.dedupeKey} is taken by another channel`);
    await moveHead(transaction, storyId, turn.id);
    await notify(transaction, { type: 'queued', platform: command.reply.platform });
    return { kind: 'accepted', turn, duplicate: false, ahead: live.channel };
  });
}
