import { expect, it } from 'vitest';
import { useDatabase } from '../../test/support/database.ts';
import { nastyTexts } from '../../test/support/nasty-texts.ts';
import { poolOf } from '../storage/connection.ts';
import { copyJson } from './copy-json.ts';
import { type LineShape, objectLine } from './json-line.ts';

const database = useDatabase();

/** What a query gives, and in how many pieces it came. */
async function copied(query: string, shape?: LineShape): Promise<{ text: string; pieces: number }> {
  const client = await poolOf(database.db).connect();
  const pieces: Buffer[] = [];
  try {
    for await (const piece of copyJson(client, query, shape)) pieces.push(Buffer.from(piece));
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

it('makes of columns what PostgreSQL makes of them', async () => {
  const everyByte = Array.from({ length: 127 }, (_, at) => String.fromCharCode(at + 1)).join('');
  const texts = [...nastyTexts, everyByte, '', '\u0001'.repeat(100_000)];
  const array = JSON.stringify(texts).replaceAll("'", "''");
  const rows = `select gen.id, t.text, (case n % 4 when 0 then -2147483648 when 1 then 2147483647 when 2 then n end)::integer as number,
      n % 2 = 0 as "isEven", jsonb_build_object('n', n, 'text', t.text) as "anObject", case when n % 3 = 0 then t.text end as "mayBeNull"
    from json_array_elements_text('${array}'::json) with ordinality as t (text, n),
      lateral (select md5(t.text || n)::uuid as id) gen`;
  const shape = objectLine('row', [
    ['id', 'uuid'],
    ['text', 'text'],
    ['number', 'integer'],
    ['isEven', 'boolean'],
    ['anObject', 'jsonb'],
    ['mayBeNull', 'text'],
  ]);
  const { text } = await copied(rows, shape);
  expect(text.split('\n')).toHaveLength(texts.length + 1);
  expect(text).toBe(
    (await copied(`select row_to_json(r) from (select 'row' as type, rows.* from (${rows}) rows) r`)).text,
  );
});

it('gives nothing for no rows, and an error for a query that has one', async () => {
  expect(await copied('select to_json(1) where false')).toEqual({ text: '', pieces: 0 });
  await expect(copied('select to_json(1 / 0)')).rejects.toThrow('division by zero');
});
