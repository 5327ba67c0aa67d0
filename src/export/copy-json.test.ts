import { expect, it } from 'vitest';
import { useDatabase } from '../../test/support/database.ts';
import { nastyTexts } from '../../test/support/nasty-texts.ts';
import { poolOf } from '../storage/connection.ts';
import { copyJson } from './copy-json.ts';

const database = useDatabase();

/** What a query gives, and in how many pieces it came. */
async function copied(query: string): Promise<{ text: string; pieces: number }> {
  const client = await poolOf(database.db).connect();
  const pieces: Buffer[] = [];
  try {
    for await (const piece of copyJson(client, query)) pieces.push(Buffer.from(piece));
  } finally {
    client.release();
  }
  return { text: Buffer.concat(pieces).toString(), pieces: pieces.length };
}

const linesOf = (values: unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');

it('gives each row as a line, whatever is in it', async () => {
  const array = JSON.stringify(nastyTexts).replaceAll("'", "''");
  const { text } = await copied(`select value from json_array_elements('${array}'::json)`);
  expect(text).toBe(linesOf(nastyTexts));
});

it('puts rows together that come in pieces cut anywhere', async () => {
  const lengths = Array.from({ length: 4_000 }, (_, row) => (row % 100 === 7 ? 90_000 : (row * 37) % 211));
  const { text, pieces } = await copied(
    `select to_json(repeat('x', l)) from unnest(array[${lengths}]) with ordinality as t (l, n) order by n`,
  );
  expect(text).toBe(linesOf(lengths.map((length) => 'x'.repeat(length))));
  expect(pieces).toBeGreaterThan(20);
});

it('gives nothing for no rows, and an error for a query that has one', async () => {
  expect(await copied('select to_json(1) where false')).toEqual({ text: '', pieces: 0 });
  await expect(copied('select to_json(1 / 0)')).rejects.toThrow('division by zero');
});
