import { sql } from 'kysely';
import { prepareBulkLoad } from '../src/export/bulk-load.ts';
import type { Database } from '../src/storage/database.ts';

const batch = 20_000;
/** Of every ten turns of a story the last two are other versions of the eighth. */
const turnsPerStory = 10;
const storiesPerChannel = 50;

/** An id that only depends on its table's letter and its number. */
const id = (table: string, number: string) =>
  sql.raw(`('0190${table.repeat(4)}-0000-7000-8000-' || lpad(to_hex(${number}), 12, '0'))::uuid`);

/** A year of stories, ten turns each, of about a thousand characters a turn, in one channel for every 500 turns. */
export async function seedHistory(
  db: Database,
  turns: number,
  texts: string[],
  onProgress: (done: number) => void,
): Promise<void> {
  await db.connection().execute((connection) => seed(connection, turns, texts, onProgress));
}

async function seed(
  db: Database,
  turns: number,
  texts: string[],
  onProgress: (done: number) => void,
): Promise<void> {
  await sql`set statement_timeout = 0`.execute(db);
  const finish = await prepareBulkLoad(db);
  await sql`
    create temporary table seed_texts as
    select number - 1 as number, text from unnest(${texts}::text[]) with ordinality as t (text, number)`.execute(
    db,
  );
  await sql`create unique index on seed_texts (number)`.execute(db);
  await sql`analyze seed_texts`.execute(db);
  const text = (number: string) =>
    sql.raw(`(select text from seed_texts t where t.number = (${number}) % ${texts.length})`);
  const stories = Math.ceil(turns / turnsPerStory);
  const channels = Math.ceil(stories / storiesPerChannel);
  const platform = sql.raw(`(array['discord', 'telegram', 'web'])[1 + n % 3]`);
  const start = sql.raw(`'2026-01-01T00:00:00Z'::timestamptz`);
  const at = (number: string) =>
    sql.raw(`'2026-01-01T00:00:00Z'::timestamptz + (${number}) * interval '365 days' / ${turns}`);
  await sql`
    insert into channels (id, platform, external_id, name, created_at)
    select ${id('c', 'n')}, ${platform}, 'seed-' || n, 'Channel ' || n, ${start}
    from generate_series(0, ${channels - 1}::integer) n`.execute(db);
  await sql`
    insert into authors (id, platform, external_id, name, created_at)
    select ${id('a', 'n')}, ${platform}, 'seed-' || n, 'Author ' || n, ${start}
    from generate_series(0, ${channels * 3 - 1}::integer) n`.execute(db);
  for (let from = 0; from < turns; from += batch) {
    const to = Math.min(from + batch, turns);
    await db.transaction().execute(async (trx) => {
      await sql`
        insert into stories (id, channel_id, title, head_turn_id, created_at, updated_at)
        select ${id('5', 'n')}, ${id('c', `n / ${storiesPerChannel}`)}, left(${text('n')}, 60),
          ${id('7', `least(n * ${turnsPerStory} + 7, ${turns} - 1)`)},
          ${at(`n * ${turnsPerStory}`)}, ${at(`n * ${turnsPerStory} + 9`)}
        from generate_series(${Math.ceil(from / turnsPerStory)}::integer, ${Math.ceil(to / turnsPerStory) - 1}::integer) n`.execute(
        trx,
      );
      await sql`
        insert into turns (id, story_id, channel_id, parent_id, author_id, prompt, text, state, options, model,
          prompt_tokens, completion_tokens, timings, end_reason, reply_address, message_refs, delivery, dedupe_key,
          attempts, created_at, started_at, finished_at)
        select ${id('7', 'n')}, ${id('5', `n / ${turnsPerStory}`)}, ${id('c', `n / ${turnsPerStory * storiesPerChannel}`)},
          case when n % ${turnsPerStory} = 0 then null
            when n % ${turnsPerStory} > 7 then ${id('7', `n - n % ${turnsPerStory} + 6`)}
            else ${id('7', 'n - 1')} end,
          ${id('a', `n / ${turnsPerStory * storiesPerChannel} * 3 + n % 3`)},
          case when n % 3 = 0 then left(${text('n')}, 80) else '' end,
          concat_ws(' ', ${text('n')}, ${text('n / 7')}, ${text('n / 3')}),
          'finished',
          jsonb_build_object('topK', 40, 'topP', 0.95, 'minP', 0.05, 'temperature', 0.8, 'maxTokens', 320,
            'seed', n, 'stop', '[]'::jsonb),
          'storyteller-tiny', 100 + n % 500, 200 + n % 121,
          jsonb_build_object('queuedMs', n % 900, 'firstTokenMs', 100 + n % 400, 'totalMs', 2000 + n % 9000),
          case n % 4 when 0 then 'stop' else 'length' end,
          jsonb_build_object('platform', (array['discord', 'telegram', 'web'])[1 + n / ${turnsPerStory * storiesPerChannel} % 3], 'data', n),
          jsonb_build_array(n), 'delivered', 'seed:' || n, 1,
          ${at('n')}, ${at('n + 0.1')}, ${at('n + 0.5')}
        from generate_series(${from}::integer, ${to - 1}::integer) n`.execute(trx);
    });
    onProgress(to);
  }
  await finish();
  await sql`analyze`.execute(db);
}
