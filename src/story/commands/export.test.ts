import { pino } from 'pino';
import { expect, it } from 'vitest';
import { useDatabase } from '../../../test/support/database.ts';
import { tellStory } from '../../../test/support/history.ts';
import { systemClock } from '../../ops/clock.ts';
import { createStoryteller } from '../storyteller.ts';

const database = useDatabase();
const channel = (externalId: string) => ({ platform: 'discord', externalId });
const base = {
  author: { platform: 'discord', externalId: 'Ann', name: 'Ann' },
  locale: 'en',
  dedupeKey: 'k',
};
const tell = () =>
  createStoryteller({
    db: database.db,
    access: { allow: [], deny: [], turnsPerHour: 0 },
    clock: systemClock,
    logger: pino({ level: 'silent' }),
  });

it('gives a channel its own stories as a file, and nobody else’s', async () => {
  const first = await tellStory(database.db, [{ text: 'told here' }], { channel: '1' });
  const second = await tellStory(database.db, [{ text: 'told here too' }], { channel: '1' });
  const foreign = await tellStory(database.db, [{ text: 'told elsewhere' }], { channel: '2' });
  const ask = (format: string, storyId?: string, where = '1') =>
    tell().handle({
      ...base,
      kind: 'export',
      channel: channel(where),
      format,
      limits: { bytes: 1_000_000, files: 1 },
      ...(storyId && { storyId }),
    });
  const textOf = async (...args: Parameters<typeof ask>) => {
    const outcome = await ask(...args);
    if (outcome.kind !== 'exported') throw new Error(`it was ${outcome.kind}`);
    const files = [];
    for await (const file of outcome.files) files.push(file);
    expect(files).toHaveLength(1);
    return { ...files[0], text: Buffer.from(files[0]!.data).toString() };
  };
  const all = await textOf('text');
  expect(all).toMatchObject({
    contentType: 'text/plain; charset=utf-8',
    name: expect.stringMatching(/^storyteller-.*\.txt$/),
  });
  expect(all.text).toContain('told here too');
  expect(all.text).not.toContain('elsewhere');
  expect((await textOf('md', first.storyId)).text).not.toContain('told here too');
  expect((await textOf('txt', second.storyId)).text).toContain('told here too');
  expect(await ask('text', foreign.storyId)).toMatchObject({ kind: 'refused', reason: 'notFound' });
  expect(await ask('pdf')).toMatchObject({ kind: 'refused', reason: 'badSetting' });
  expect(await ask('text', undefined, '3')).toMatchObject({ kind: 'refused', reason: 'nothingToContinue' });
});

it('forgets whoever asks for it, known or not', async () => {
  const forget = () => tell().handle({ ...base, kind: 'forget', channel: channel('1') });
  expect(await forget()).toEqual({ kind: 'forgotten', turns: 3 });
  expect(await forget()).toEqual({ kind: 'forgotten', turns: 0 });
  const texts = await database.db.selectFrom('turns').select('text').execute();
  expect(texts.map((row) => row.text)).toEqual(['', '', '']);
});
