import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { addAudit } from '../../../src/export/audit.ts';
import { requestStop } from '../../../src/storage/leases.ts';
import { notify } from '../../../src/storage/notifications.ts';
import { findTurn } from '../../../src/storage/turns.ts';
import type { WebDeps } from '../deps.ts';
import { pagesActor } from './actor.ts';
import { type Html, html } from './html.ts';
import { type View, viewOf } from './layout.ts';
import { idSchema } from './query.ts';

/** As many as make a readable list; the number of all stands above it. */
const mostShown = 100;

interface LiveTurn {
  id: string;
  story_id: string;
  title: string;
  author: string;
  platform: string;
  channel: string | null;
  state: 'queued' | 'writing';
  tokens: number;
  seconds: number;
  all: number;
}

export const liveQuery = sql<LiveTurn>`
  select t.id, t.story_id, s.title, a.name as author, c.platform, c.name as channel, t.state,
    t.completion_tokens as tokens, extract(epoch from now() - t.created_at)::integer as seconds,
    count(*) over ()::integer as all
  from turns t
  join stories s on s.id = t.story_id
  join authors a on a.id = t.author_id
  join channels c on c.id = t.channel_id
  where t.state in ('queued', 'writing')
  order by t.state desc, t.created_at limit ${mostShown}`;

/** The queue and what is being written, with a Stop for each. */
export function addLive(app: FastifyInstance, { database }: WebDeps): void {
  app.get('/admin/live', async (request, reply) => {
    const view = viewOf(request);
    const { rows } = await liveQuery.execute(database);
    return reply.type('text/html; charset=utf-8').send(liveList(rows, view).markup);
  });

  app.post('/admin/turns/:id/stop', async (request, reply) => {
    const { id } = idSchema.parse(request.params);
    const turn = await findTurn(database, id);
    const stopped = turn ? await requestStop(database, turn.channelId, turn.id) : [];
    for (const { id } of stopped) {
      await notify(database, { type: 'stop', turnId: id });
      await addAudit(database, pagesActor, 'stop', { turn: id });
    }
    return reply.redirect('/admin', 303);
  });
}

export function liveList(turns: LiveTurn[], { texts }: View): Html {
  if (turns.length === 0) return html`<p class="quiet">${texts.nothingLive}</p>`;
  const items = turns.map(
    (turn) => html`<li>
<div><a class="title" dir="auto" href="/admin/stories/${turn.story_id}#t${turn.id}">${turn.title.trim() || texts.untitled}</a>
<p class="quiet">${texts.states[turn.state]} · ${turn.author.trim() || texts.forgotten} · ${turn.platform} · ${turn.channel ?? texts.unnamed} · ${texts.tokens(turn.tokens)} · ${texts.seconds(turn.seconds)}</p></div>
<form method="post" action="/admin/turns/${turn.id}/stop"><button id="stop-${turn.id}" class="button" type="submit" aria-label="${texts.stop}: ${turn.title}">${texts.stop}</button></form>
</li>`,
  );
  return html`<p class="quiet">${texts.liveCount(turns[0]?.all ?? 0)}</p><ul class="live">${items}</ul>`;
}
