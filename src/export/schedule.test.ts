import { readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/clock.ts';
import { useDatabase } from '../../test/support/database.ts';
import { useFolder } from '../../test/support/folder.ts';
import { tellStory } from '../../test/support/history.ts';
import { soon } from '../../test/support/soon.ts';
import { dumpName, listDumps } from './dump-folder.ts';
import { createHistoryMetrics } from './history-metrics.ts';
import { withLock } from './lock.ts';
import { runDumps } from './schedule.ts';
import { readStats } from './stats.ts';

const database = useDatabase();
const start = new Date(2026, 10, 25, 2, 0).getTime();
const hourMs = 3_600_000;
const logger = pino({ level: 'silent' });

/** Runs what runs beside the bots, on a clock that a test moves. */
function keepHouse(folder: string | undefined, retentionDays = 0, keep = 14) {
  const clock = new FakeClock(start);
  const ending = new AbortController();
  const config = { dumps: { dir: folder, schedule: '0 3 * * *', keep }, retentionDays };
  const done = runDumps({ config, db: database.db, logger, clock, signal: ending.signal });
  return {
    clock,
    stop: async () => {
      ending.abort();
      await done;
    },
  };
}

it('writes a dump at each time of the schedule, and keeps the newest', async () => {
  const folder = useFolder();
  const { clock, stop } = keepHouse(folder, 0, 2);
  await clock.advance(hourMs - 1);
  expect(await listDumps(folder)).toEqual([]);
  for (let day = 1; day <= 3; day++) {
    await clock.advance(day === 1 ? 1 : 24 * hourMs);
    await soon(async () => expect(await listDumps(folder)).toHaveLength(Math.min(day, 2)));
    await soon(() => expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]));
    await soon(() => expect(clock.sleeping).toBe(2));
  }
  await stop();
  const days = (await listDumps(folder)).map((name) => name.slice(12, 20));
  expect(days).toHaveLength(2);
  expect(days).toEqual([...days].sort());
});

it('goes on when the newest dump is gone as soon as it was seen', async () => {
  const folder = useFolder();
  symlinkSync(join(folder, 'gone'), join(folder, dumpName(new Date(start))));
  const config = { dumps: { dir: folder, schedule: '0 3 * * *', keep: 1 }, retentionDays: 0 };
  const clock = new FakeClock(start);
  const ending = new AbortController();
  const metrics = createHistoryMetrics(new Registry(), database.db);
  const done = runDumps({ config, db: database.db, logger, clock, metrics, signal: ending.signal });
  await Promise.race([done, soon(() => expect(clock.sleeping).toBe(2))]);
  ending.abort();
  await done;
});

it('leaves the dump to another process that is at it', async () => {
  const folder = useFolder();
  await withLock(database.db, 'dump', async () => {
    const { clock, stop } = keepHouse(folder);
    await clock.advance(hourMs);
    await soon(() => expect(clock.sleeping).toBe(2));
    await stop();
  });
  expect(await listDumps(folder)).toEqual([]);
});

it('deletes stories that nobody has touched for so long, and says so in the audit log', async () => {
  const day = (days: number) => new Date(start - days * 24 * hourMs);
  const old = await tellStory(database.db, [{ text: 'old', at: day(31) }]);
  const recent = await tellStory(database.db, [{ text: 'recent', at: day(29) }]);
  const { stop } = keepHouse(undefined, 30);
  const ids = async () =>
    (await database.db.selectFrom('stories').select('id').execute()).map((row) => row.id);
  await soon(async () => expect(await ids()).not.toContain(old.storyId));
  expect(await ids()).toContain(recent.storyId);
  await soon(async () => {
    const log = await database.db.selectFrom('audit_log').selectAll().execute();
    expect(log).toMatchObject([{ actor: 'retention', action: 'delete', subject: { stories: 1, days: 30 } }]);
  });
  await stop();
});

it('leaves the stories of a day that is not over, for it is not counted, however short the time', async () => {
  const yesterday = new Date(Math.floor(start / (24 * hourMs)) * 24 * hourMs - 24 * hourMs);
  await tellStory(database.db, [{ text: 'yesterday', at: yesterday }]);
  const { clock, stop } = keepHouse(undefined, 1);
  const stories = () => database.db.selectFrom('stories').select('id').execute();
  await soon(() => expect(clock.sleeping).toBe(1));
  expect(await stories()).toHaveLength(1);
  await clock.advance(23 * hourMs);
  await soon(() => expect(clock.sleeping).toBe(1));
  await clock.advance(hourMs);
  await soon(async () => expect(await stories()).toEqual([]));
  await stop();
  const { days } = await readStats(database.db, clock.now(), 30);
  expect(days.find(({ day }) => day === yesterday.toISOString().slice(0, 10))).toMatchObject({ turns: 1 });
});
