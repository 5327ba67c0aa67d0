import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../storage/database.ts';

/**
 * Removes what the tombstones say must be gone: texts, names, titles and addresses. The shape of the trees, the states
 * and the counts stay. For a transaction.
 * @param only the one tombstone to go by; all of them otherwise
 * @returns how many turns lost their text
 */
export async function bury(db: Database, only?: string): Promise<number> {
  const stones =
    only === undefined ? sql`tombstones` : sql`(select * from tombstones where id = ${only}::uuid)`;
  let turns = 0;
  for (const [kind, column] of [
    ['author', 'author_id'],
    ['channel', 'channel_id'],
  ] as const) {
    const result = await emptyTurns(stones, kind, column).execute(db);
    turns += Number(result.numAffectedRows ?? 0);
  }
  for (const removal of removals) await removal(stones).execute(db);
  return turns;
}

/** Whoever writes such a turn finds at its next checkpoint that it is not theirs any more. */
const emptyTurns = (stones: RawBuilder<unknown>, kind: string, column: string) => sql`
  update turns t set
    prompt = '', text = '', message_refs = '[]', dedupe_key = 'forgotten:' || t.id,
    reply_address = jsonb_build_object('platform', t.reply_address -> 'platform', 'data', null),
    delivery = case t.delivery when 'pending' then 'undeliverable' else t.delivery end,
    state = case when t.state in ('queued', 'writing') then 'stopped' else t.state end,
    end_reason = case when t.state in ('queued', 'writing') then 'abort' else t.end_reason end,
    finished_at = coalesce(t.finished_at, clock_timestamp()), lease_owner = null, lease_until = null
  from ${stones} b
  where b.kind = ${kind} and b.subject_id = t.${sql.ref(column)} and t.created_at < b.at
    and (t.prompt <> '' or t.text <> '' or t.message_refs <> '[]' or t.state in ('queued', 'writing')
      or t.dedupe_key not like 'forgotten:%')`;

const removals = [
  (stones: RawBuilder<unknown>) => sql`
    update stories s set title = '' from ${stones} b
    where b.kind = 'channel' and b.subject_id = s.channel_id and s.created_at < b.at and s.title <> ''`,
  // A title is made of a story's first prompt.
  (stones: RawBuilder<unknown>) => sql`
    update stories s set title = '' from ${stones} b, turns t
    where b.kind = 'author' and t.author_id = b.subject_id and t.parent_id is null and t.created_at < b.at
      and t.story_id = s.id and s.title <> ''`,
  (stones: RawBuilder<unknown>) => sql`
    update channels c set name = null, external_id = 'forgotten:' || c.id, settings = '{}' from ${stones} b
    where b.kind = 'channel' and b.subject_id = c.id and c.external_id not like 'forgotten:%'`,
  // Somebody's own place, a private chat or a browser, has their id; so has a group for whoever writes in its name.
  (stones: RawBuilder<unknown>) => sql`
    update channels c set name = null, external_id = 'forgotten:' || c.id, settings = '{}'
    from ${stones} b, authors a
    where b.kind = 'author' and b.subject_id = a.id and c.platform = a.platform and c.external_id = a.external_id
      and not exists (select from turns t where t.author_id = a.id and t.created_at >= b.at)
      and not exists (select from turns t where t.channel_id = c.id and t.author_id <> a.id)`,
  // Somebody who is shut out stays so, and may come back under the id that this takes.
  (stones: RawBuilder<unknown>) => sql`
    update authors a set name = '',
      external_id = case when a.blocked then a.external_id else 'forgotten:' || a.id end
    from ${stones} b
    where b.kind = 'author' and b.subject_id = a.id
      and (a.name <> '' or (not a.blocked and a.external_id not like 'forgotten:%'))
      and not exists (select from turns t where t.author_id = a.id and t.created_at >= b.at)`,
];
