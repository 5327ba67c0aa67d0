import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from 'vitest';
import { beginCommand, command } from '../../test/support/commands.ts';
import { accept as acceptBy, useStoryteller } from '../../test/support/told.ts';
import type { StoryCommand } from '../story/command.ts';
import {
  checkpoint,
  claimDelivery,
  claimTurn,
  endTurn,
  handBack,
  requestStop,
  saveDelivery,
} from './leases.ts';
import { findTurn } from './turns.ts';

const { create, database } = useStoryteller();
const ann = randomUUID();
const bob = randomUUID();
const progress = { text: ' so far', completionTokens: 2 };

const accept = async (given: StoryCommand) => (await acceptBy(create(), given)).id;
const queue = (prompt: string, channel: string) => accept(beginCommand(prompt, channel));
const retry = (channel: string) => accept(command('retry', {}, channel));

const claim = (owner: string, platforms = ['test']) => claimTurn(database.db, owner, platforms);

/** As if the owner had given no sign of life for long. */
const expire = (turnId: string) =>
  database.db
    .updateTable('turns')
    .set({ lease_until: new Date(0) })
    .where('id', '=', turnId)
    .execute();

beforeEach(async () => {
  await database.db.deleteFrom('stories').execute();
});

it('gives the oldest turn of a free channel, one of a channel at a time, in order', async () => {
  const first = await queue('1', 'a');
  const second = await queue('2', 'a');
  const third = await queue('3', 'b');
  expect((await claim(ann))?.id).toBe(first);
  expect((await claim(bob))?.id).toBe(third);
  expect(await claim(bob)).toBeUndefined();
  await endTurn(database.db, first, ann, 'finished', { ...progress, endReason: 'stop' });
  expect((await claim(bob))?.id).toBe(second);
});

it('never gives a turn twice, nor two of a channel, to many owners at once', async () => {
  for (let n = 0; n < 30; n++) await queue(String(n), `channel ${n % 10}`);
  const owners = Array.from({ length: 40 }, () => randomUUID());
  const claimed = (await Promise.all(owners.map((owner) => claim(owner)))).filter(
    (turn) => turn !== undefined,
  );
  expect(new Set(claimed.map((turn) => turn.id)).size).toBe(claimed.length);
  expect(new Set(claimed.map((turn) => turn.channelId)).size).toBe(claimed.length);
  let turn = await claim(ann);
  while (turn) {
    claimed.push(turn);
    turn = await claim(ann);
  }
  expect(claimed).toHaveLength(10);
  expect(new Set(claimed.map((turn) => turn.prompt))).toEqual(new Set([...'0123456789']));
});

it('leaves other platforms’ turns to their own processes', async () => {
  await queue('1', 'a');
  expect(await claim(ann, ['discord'])).toBeUndefined();
});

it('gives a dead owner’s turn to another, with the saved text, and takes nothing more from the first', async () => {
  const id = await queue('1', 'a');
  await queue('2', 'a');
  await claim(ann);
  expect(await checkpoint(database.db, id, ann, progress)).toEqual({ stopRequested: false });
  expect(await claim(bob)).toBeUndefined();
  await expire(id);
  expect(await claimTurn(database.db, ann, ['test'], [id])).toBeUndefined();
  expect(await claim(bob)).toMatchObject({ id, text: ' so far', completionTokens: 2, attempts: 2 });
  expect(await checkpoint(database.db, id, ann, { text: 'stale', completionTokens: 9 })).toBeUndefined();
  expect(await endTurn(database.db, id, ann, 'finished', { ...progress, endReason: 'stop' })).toBeUndefined();
  expect(await findTurn(database.db, id)).toMatchObject({ state: 'writing', text: ' so far' });
});

it('takes a turn back unfinished without counting it as an attempt', async () => {
  const id = await queue('1', 'a');
  await claim(ann);
  await handBack(database.db, id, ann, progress);
  expect(await claim(bob)).toMatchObject({ id, text: ' so far', attempts: 1 });
});

it('stops what waits at once, and asks the writer of what is being written', async () => {
  const first = await queue('1', 'a');
  const second = await queue('2', 'a');
  const { channelId } = (await claim(ann))!;
  expect((await requestStop(database.db, channelId)).map((turn) => turn.id).sort()).toEqual(
    [first, second].sort(),
  );
  expect(await findTurn(database.db, second)).toMatchObject({
    state: 'stopped',
    finishedAt: expect.any(Date),
  });
  expect(await checkpoint(database.db, first, ann, progress)).toEqual({ stopRequested: true });
  expect(await requestStop(database.db, channelId, second)).toEqual([]);
});

it('has an ended turn shown by one owner until it is shown', async () => {
  const id = await queue('1', 'a');
  await claim(ann);
  await endTurn(database.db, id, ann, 'finished', { ...progress, endReason: 'stop' });
  expect(await claimDelivery(database.db, bob, ['test'])).toBeUndefined();
  await expire(id);
  expect(await claimDelivery(database.db, bob, ['test'])).toMatchObject({ id });
  await saveDelivery(database.db, id, bob, 'delivered');
  await expire(id);
  expect(await claimDelivery(database.db, ann, ['test'])).toBeUndefined();
});

it('keeps another version waiting while the one before it is being shown in the same messages', async () => {
  const first = await queue('1', 'a');
  await claim(ann);
  await endTurn(database.db, first, ann, 'finished', { ...progress, endReason: 'stop' });
  const second = await retry('a');
  expect(await claim(bob)).toBeUndefined();
  await saveDelivery(database.db, first, ann, 'delivered');
  expect((await claim(bob))?.id).toBe(second);
});

it('does not keep another version waiting for a process that is gone', async () => {
  const first = await queue('1', 'a');
  await claim(ann);
  await endTurn(database.db, first, ann, 'finished', { ...progress, endReason: 'stop' });
  const second = await retry('a');
  await expire(first);
  expect((await claim(bob))?.id).toBe(second);
});

it('holds one live turn a channel even against a mistake of ours', async () => {
  await queue('1', 'a');
  const other = await queue('2', 'a');
  await claim(ann);
  const force = database.db
    .updateTable('turns')
    .set({ state: 'writing', lease_owner: bob, lease_until: new Date() })
    .where('id', '=', other)
    .execute();
  await expect(force).rejects.toThrow(/turns_one_writing_a_channel/);
});
