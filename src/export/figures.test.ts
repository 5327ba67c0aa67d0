import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { useDatabase } from '../../test/support/database.ts';
import { tellStory } from '../../test/support/history.ts';
import { keepFigures, readFigures } from './figures.ts';

const database = useDatabase();
const at = (day: number, hour: number) => new Date(Date.UTC(2026, 10, day, hour));

async function keptAt(time: Date): Promise<string[]> {
  await keepFigures(database.db, time.getTime());
  const { rows } = await sql<{ day: string }>`select day::text from daily_figures order by day`.execute(
    database.db,
  );
  return rows.map(({ day }) => day);
}

const turnsAt = async (time: Date) =>
  (await readFigures(database.db, time.getTime(), 30)).map(({ day, turns }) => [day, turns]);

it('keeps a day an hour after its end, when none of its turns is under way, and shows it all the while', async () => {
  await tellStory(database.db, [{ text: 'one', at: at(23, 10) }]);
  const { turnIds } = await tellStory(database.db, [{ text: 'two', at: at(24, 10) }], { channel: '2' });
  await tellStory(database.db, [{ text: 'three', at: at(25, 0) }], { channel: '3' });
  const all = [
    ['2026-11-23', 1],
    ['2026-11-24', 1],
    ['2026-11-25', 1],
  ];
  const setTurn = (values: { state: 'queued' | 'finished'; finished_at: Date | null }) =>
    database.db.updateTable('turns').set(values).where('id', 'in', turnIds).execute();

  expect(await keptAt(at(25, 0))).toEqual(['2026-11-23']);
  expect(await turnsAt(at(25, 0))).toEqual(all);
  await setTurn({ state: 'queued', finished_at: null });
  expect(await keptAt(at(25, 2))).toEqual(['2026-11-23']);
  expect(await turnsAt(at(25, 2))).toEqual(all);
  await setTurn({ state: 'finished', finished_at: at(25, 2) });
  expect(await turnsAt(at(25, 2))).toEqual(all);
  expect(await keptAt(at(25, 3))).toEqual(['2026-11-23', '2026-11-24']);
  expect(await turnsAt(at(25, 3))).toEqual(all);
});

it('is not waited for by what is under way longer than the day after', async () => {
  const { turnIds } = await tellStory(database.db, [{ text: 'four', at: at(26, 10) }], { channel: '4' });
  await database.db
    .updateTable('turns')
    .set({ state: 'queued', finished_at: null })
    .where('id', 'in', turnIds)
    .execute();
  expect(await keptAt(at(27, 10))).not.toContain('2026-11-26');
  expect(await keptAt(at(28, 0))).toContain('2026-11-26');
});
