/** The stories that have not been taken back whole, in the order of a book. */
const book = (condition: string | undefined, columns: string) =>
  `select ${columns} from stories s where s.head_turn_id is not null ${condition ? `and ${condition}` : ''}
    order by s.channel_id, s.created_at, s.id`;

export const storyTitles = (condition: string | undefined) =>
  `select row_to_json(r) from (${book(condition, 's.id, s.title')}) r`;

/** A story a row, its turns from the beginning to the head in it. Stories are sorted before their turns are fetched. */
export const readableStories = (condition: string | undefined, span: string) => `
  select row_to_json(r) from (
    select s.id, s.title, s.created_at as "createdAt", s.platform, s.channel, p.turns
    from (${book(
      condition,
      `s.*, (select platform from channels where id = s.channel_id), (select name from channels where id = s.channel_id) as channel`,
    )} offset 0) s
    cross join lateral (
      with recursive path as (
        select t.id, t.parent_id, t.author_id, t.prompt, t.text, t.created_at, 0 as depth
          from turns t where t.id = s.head_turn_id
        union all
        select t.id, t.parent_id, t.author_id, t.prompt, t.text, t.created_at, path.depth + 1
          from path join turns t on t.id = path.parent_id
      )
      select json_agg(json_build_object('author', a.name, 'prompt', path.prompt, 'text', path.text,
        'forgotten', exists (select from tombstones b where path.created_at < b.at and (
          (b.kind = 'author' and b.subject_id = path.author_id)
          or (b.kind = 'channel' and b.subject_id = s.channel_id)))) order by path.depth desc) as turns
      from path join authors a on a.id = path.author_id
      where ${span.replaceAll('t.id', 'path.id')}
    ) p
    order by s.channel_id, s.created_at, s.id
  ) r`;

/** Names are looked up turn by turn, so that the turns come in the order of their index and are not sorted. */
export const flatTurns = (condition: string | undefined, span: string) => `
  select row_to_json(r) from (
    select t.id as turn_id, t.story_id, t.parent_id,
      (select c.platform from channels c where c.id = t.channel_id),
      (select c.external_id from channels c where c.id = t.channel_id) as channel_id,
      (select c.name from channels c where c.id = t.channel_id) as channel,
      (select s.title from stories s where s.id = t.story_id) as story,
      (select a.external_id from authors a where a.id = t.author_id) as author_id,
      (select a.name from authors a where a.id = t.author_id) as author,
      t.prompt, t.text, t.state, t.end_reason, t.model,
      t.options -> 'seed' as seed, t.options -> 'maxTokens' as max_tokens, t.options -> 'temperature' as temperature,
      t.options -> 'topK' as top_k, t.options -> 'topP' as top_p, t.options -> 'minP' as min_p,
      t.prompt_tokens, t.completion_tokens,
      exists (select from stories s where s.head_turn_id = t.id and s.id = t.story_id) as is_head,
      t.created_at, t.started_at, t.finished_at
    from turns t
    where ${condition ? `t.story_id in (select s.id from stories s where ${condition}) and ` : ''}${span}
    order by t.id
  ) r`;
