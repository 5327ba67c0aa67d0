import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { v7 as newId } from 'uuid';
import { expect, it } from 'vitest';
import { beginCommand, commandBase } from '../../test/support/commands.ts';
import { accept, useStoryteller } from '../../test/support/told.ts';
import { claimTurn } from './leases.ts';
import { lockChannel } from './people.ts';
import { createTurn, findTurn, saveMessageRefs } from './turns.ts';

const { create, database, write } = useStoryteller();

it('shows a version that is just being asked for in the messages of the others', async () => {
  const { db } = database;
  const asked = await accept(create(), beginCommand('Once', 'c1'));
  const first = await write(' there was');
  let saving: Promise<void> | undefined;
  const version = await db.transaction().execute(async (transaction) => {
    const { channel, locale, reply, dedupeKey } = commandBase('c1');
    await lockChannel(transaction, channel);
    const turn = await createTurn(transaction, {
      id: newId(),
      story_id: asked.storyId,
      channel_id: asked.channelId,
      author_id: asked.authorId,
      prompt: asked.prompt,
      options: JSON.stringify(asked.options),
      reply_address: JSON.stringify(reply),
      locale,
      dedupe_key: dedupeKey,
    });
    saving = saveMessageRefs(db, first, [{ message: 7 }]);
    await delay(200);
    return turn;
  });
  await saving;
  for (const { id } of [first, version!])
    expect((await findTurn(db, id))?.messageRefs).toEqual([{ message: 7 }]);
});

it('takes no messages from a process that the turn is not left to any more', async () => {
  const { db } = database;
  const [late, owner] = [randomUUID(), randomUUID()];
  await accept(create(), beginCommand('Once', 'c2'));
  const turn = (await claimTurn(db, late, ['test']))!;
  await db
    .updateTable('turns')
    .set({ lease_until: new Date(0) })
    .where('id', '=', turn.id)
    .execute();
  await claimTurn(db, owner, ['test']);
  await saveMessageRefs(db, turn, [{ message: 1 }, { message: 2 }], owner);
  await saveMessageRefs(db, turn, [{ message: 1 }], late);
  expect((await findTurn(db, turn.id))?.messageRefs).toEqual([{ message: 1 }, { message: 2 }]);
});
