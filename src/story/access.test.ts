import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/clock.ts';
import { beginCommand, command } from '../../test/support/commands.ts';
import { patienceMs } from '../../test/support/soon.ts';
import { accept as acceptBy, reasonOf, useStoryteller } from '../../test/support/told.ts';
import type { StoryCommand } from './command.ts';
import type { Storyteller } from './storyteller.ts';

const { database, create, write } = useStoryteller();
let storyteller: Storyteller;
let channel: string;

beforeAll(() => {
  storyteller = create();
});
beforeEach(() => {
  channel = randomUUID();
});

const accept = (given: StoryCommand, by = storyteller) => acceptBy(by, given);

describe('access', () => {
  it('follows ALLOW and DENY', async () => {
    const closed = create({ allow: ['test:guild:7', 'test:user:eve'], deny: ['test:user:mallory'] });
    const from = (author: string, accessKeys: string[] = []) => {
      const given = beginCommand('Once', channel, author);
      return { ...given, channel: { ...given.channel, accessKeys } };
    };
    expect(reasonOf(await closed.handle(from('ann')))).toBe('notAllowed');
    expect(reasonOf(await closed.handle(from('mallory', ['test:guild:7'])))).toBe('notAllowed');
    await accept(from('eve'), closed);
    await write('');
    await accept(from('ann', ['test:guild:7']), closed);
    await write('');
  });

  it('gives each author so many turns an hour, and says when the next is free', async () => {
    const clock = new FakeClock(Date.now());
    const strict = create({ turnsPerHour: 2 }, clock);
    const author = randomUUID();
    for (let n = 0; n < 2; n++) {
      await accept(beginCommand('Once', channel, author), strict);
      await write('');
    }
    const refused = await strict.handle(beginCommand('Once', channel, author));
    expect(refused).toMatchObject({
      reason: 'quota',
      text: expect.stringMatching(/free in (59|60) minutes/),
    });
    await accept(beginCommand('Once', channel, 'somebody else'), strict);
    await write('');
    // A turn has the database's time, which is the clock's and what the machine has taken since.
    await clock.advance(3_600_000 + patienceMs);
    await accept(beginCommand('Once', channel, author), strict);
    await write('');
  });

  it('is shut to a blocked author, but for being read', async () => {
    const author = randomUUID();
    await accept(beginCommand('Once', channel, author));
    await write('');
    await database.db
      .updateTable('authors')
      .set({ blocked: true })
      .where('external_id', '=', author)
      .execute();
    expect(reasonOf(await storyteller.handle(beginCommand('Twice', channel, author)))).toBe('blocked');
    expect(reasonOf(await storyteller.handle(command('history', {}, channel, author)))).toBe('history');
  });

  it('ends where too much waits already', async () => {
    for (let n = 0; n < 20; n++) await accept(beginCommand(`Story ${n}`, channel));
    expect(await storyteller.handle(beginCommand('One more', channel))).toMatchObject({
      reason: 'queueFull',
    });
    expect(await storyteller.handle(command('stop', {}, channel))).toMatchObject({ kind: 'stopping' });
  });
});
