import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { validate as isUuid } from 'uuid';
import { z } from 'zod';
import { setBlocked, setQuota } from '../../../src/export/authors.ts';
import type { Database } from '../../../src/storage/database.ts';
import type { WebDeps } from '../deps.ts';
import { pagesActor } from './actor.ts';
import { html } from './html.ts';
import { sendPage, type View, viewOf } from './layout.ts';
import { idSchema } from './query.ts';

const mostAuthors = 100;
const querySchema = z.object({ q: z.string().trim().max(200).catch('').default('') });
const quotaSchema = z.object({
  quota: z.preprocess(
    (value) => (value === '' ? null : value),
    z.coerce.number().int().min(0).max(1_000_000).nullable(),
  ),
});

interface AuthorRow {
  id: string;
  platform: string;
  external_id: string;
  name: string;
  blocked: boolean;
  turns_per_hour: number | null;
  turns: number;
  last_at: Date | null;
}

/** Those who were here last, or whose name or id holds `q`. */
export const authorsQuery = (q: string) => sql<AuthorRow>`
  select a.id, a.platform, a.external_id, a.name, a.blocked, a.turns_per_hour,
    (select count(*)::integer from turns t where t.author_id = a.id) as turns,
    (select max(t.created_at) from turns t where t.author_id = a.id) as last_at
  from (
    select * from authors
    where ${q === '' ? sql`true` : isUuid(q) ? sql`id = ${q}::uuid` : sql`name ilike ${like(q)} or external_id ilike ${like(q)}`}
    order by blocked desc, id desc limit ${mostAuthors}) a
  order by a.blocked desc, a.id desc`;

const like = (text: string) => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;

/** Who writes here: block, let in again, and how much they may ask for. */
export function addAuthorPages(app: FastifyInstance, deps: WebDeps): void {
  app.get('/admin/authors', async (request, reply) => {
    const view = viewOf(request);
    const { q } = querySchema.parse(request.query);
    return sendPage(request, reply, {
      title: view.texts.pages.authors,
      current: 'authors',
      body: await list(deps.database, q, view),
    });
  });

  for (const action of ['block', 'unblock'] as const) {
    app.post(`/admin/authors/:id/${action}`, async (request, reply) => {
      const { id } = idSchema.parse(request.params);
      await setBlocked(deps.database, { id }, action === 'block', pagesActor);
      return reply.redirect(`/admin/authors?q=${id}`, 303);
    });
  }

  app.post('/admin/authors/:id/quota', async (request, reply) => {
    const { id } = idSchema.parse(request.params);
    const quota = quotaSchema.safeParse(request.body);
    if (quota.success) await setQuota(deps.database, id, quota.data.quota, pagesActor);
    return reply.redirect(`/admin/authors?q=${id}`, 303);
  });
}

async function list(database: Database, q: string, view: View) {
  const { texts } = view;
  const { rows } = await authorsQuery(q).execute(database);
  const items = rows.map((author) => authorItem(author, view));
  return html`<form class="filters" role="search" method="get" action="/admin/authors">
<label>${texts.search} <input type="search" name="q" value="${q}"></label>
<button class="button primary" type="submit">${texts.show}</button>
</form>
${items.length > 0 ? html`<ul class="authors">${items}</ul>` : html`<p class="quiet">${texts.nothingFound}</p>`}`;
}

function authorItem(author: AuthorRow, { texts, time }: View) {
  const name = author.name.trim() || texts.forgotten;
  const action = author.blocked ? 'unblock' : 'block';
  return html`<li${author.blocked && html` class="blocked"`}>
<div>
<a class="title" dir="auto" href="/admin/stories?author=${author.id}">${name}</a>
<p class="quiet">${author.platform}:${author.external_id} · ${texts.turns(author.turns)} · ${time(author.last_at)}${author.blocked && html` · <strong>${texts.blocked}</strong>`}</p>
</div>
<form method="post" action="/admin/authors/${author.id}/quota">
<label>${texts.quota} <input type="number" name="quota" min="0" max="1000000" value="${author.turns_per_hour}" placeholder="${texts.quotaDefault}"></label>
<button class="button" type="submit" aria-label="${texts.saveQuota(name)}">${texts.save}</button>
</form>
<form method="post" action="/admin/authors/${author.id}/${action}">
<button class="button" type="submit" aria-label="${texts[action]}: ${name}">${texts[action]}</button>
</form>
</li>`;
}
