import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import type { Database } from '../../../src/storage/database.ts';
import type { WebDeps } from '../deps.ts';
import { excerpt } from './excerpt.ts';
import {
  type FoundStory,
  type FoundTurn,
  newestSearchQuery,
  pageSize,
  searchQuery,
  storiesQuery,
} from './history-queries.ts';
import { type Html, html } from './html.ts';
import { sendPage, type View, viewOf } from './layout.ts';
import { dateField, type HistoryQuery, historyQuerySchema } from './query.ts';

/** Nobody waits longer for a search: a phrase of words that stand everywhere would take minutes. */
const patienceMs = 5_000;
/** https://www.postgresql.org/docs/current/errcodes-appendix.html: query_canceled */
const tookTooLong = '57014';

/** The history: all stories, or those parts in which words stand. */
export function addStoriesPage(app: FastifyInstance, deps: WebDeps): void {
  app.get('/admin/stories', async (request, reply) => {
    const view = viewOf(request);
    const query = historyQuerySchema.parse(request.query);
    const found = await find(deps.database, query, view).catch((error) => {
      if (error.code !== tookTooLong) throw error;
      return html`<p class="alert" role="alert">${view.texts.searchTooWide}</p>`;
    });
    return sendPage(request, reply, {
      title: view.texts.pages.stories,
      current: 'stories',
      body: html`${filterForm(query, view)}${found}`,
    });
  });
}

async function find(database: Database, query: HistoryQuery, view: View): Promise<Html> {
  const { q } = query;
  const rows = q
    ? await search(database, { ...query, q })
    : (await storiesQuery(query).execute(database)).rows;
  if (rows.length === 0) return html`<p class="quiet">${view.texts.nothingFound}</p>`;
  const shown = rows.slice(0, pageSize);
  const last = rows.length > pageSize ? shown.at(-1) : undefined;
  const items = shown.map((row) => ('story_id' in row ? turnItem(row, view) : storyItem(row, view)));
  return html`<ol class="found">${items}</ol>
${last && html`<p><a class="button" rel="next" href="${nextPage(query, `${last.at}_${last.id}`)}">${view.texts.older}</a></p>`}`;
}

/** Turns with these words, newest first: `"exactly so"`, `this or that`, `-without`, in English and Russian. */
async function search(database: Database, query: HistoryQuery & { q: string }): Promise<FoundTurn[]> {
  return database.transaction().execute(async (transaction) => {
    await sql`set local statement_timeout = ${sql.lit(patienceMs)}`.execute(transaction);
    const newest = await newestSearchQuery(query).execute(transaction);
    if (newest.rows.length > pageSize) return newest.rows;
    // Room to note each turn that the index names, rather than pages to be read through again.
    await sql`set local work_mem = '64MB'`.execute(transaction);
    return (await searchQuery(query).execute(transaction)).rows;
  });
}

function storyItem(story: FoundStory, { texts, time }: View): Html {
  return html`<li>
<a class="title" dir="auto" href="/admin/stories/${story.id}">${story.title.trim() || texts.untitled}</a>
<p class="quiet">${story.platform} · <a href="/admin/stories?channel=${story.channel_id}">${story.channel ?? texts.unnamed}</a> · ${texts.turns(story.turns)} · ${time(story.at)}</p>
<p dir="auto">${story.excerpt}</p>
</li>`;
}

function turnItem(turn: FoundTurn, { texts, time }: View): Html {
  return html`<li>
<a class="title" dir="auto" href="/admin/stories/${turn.story_id}#t${turn.id}">${turn.title.trim() || texts.untitled}</a>
<p class="quiet">${turn.platform} · ${turn.channel ?? texts.unnamed} · ${turn.author.trim() || texts.forgotten} · ${time(turn.at)}</p>
${turn.prompt && html`<blockquote dir="auto">${turn.prompt}</blockquote>`}
<p dir="auto">${excerpt(turn.text, turn.marked).map(({ text, hit }) => (hit ? html`<mark>${text}</mark>` : text))}</p>
</li>`;
}

function nextPage(query: HistoryQuery, before: string): string {
  const parameters = new URLSearchParams({ before });
  for (const name of ['q', 'platform', 'channel', 'author'] as const) {
    if (query[name]) parameters.set(name, query[name]);
  }
  for (const name of ['since', 'until'] as const) {
    if (query[name]) parameters.set(name, dateField(query[name]));
  }
  return `/admin/stories?${parameters}`;
}

function filterForm(query: HistoryQuery, { texts }: View): Html {
  return html`<form class="filters" role="search" method="get" action="/admin/stories">
<label>${texts.search} <input type="search" name="q" value="${query.q}" placeholder="${texts.searchHint}"></label>
<label>${texts.platform} <select name="platform">
<option value="">${texts.any}</option>
${['discord', 'telegram', 'web'].map((name) => html`<option value="${name}"${name === query.platform && html` selected`}>${name}</option>`)}
</select></label>
<label>${texts.channel} <input name="channel" value="${query.channel}" placeholder="discord:123"></label>
<label>${texts.author} <input name="author" value="${query.author}" placeholder="telegram:123"></label>
<label>${texts.since} <input type="date" name="since" value="${dateField(query.since)}"></label>
<label>${texts.until} <input type="date" name="until" value="${dateField(query.until)}"></label>
<button class="button primary" type="submit">${texts.show}</button>
<a class="link" href="/admin/stories">${texts.clear}</a>
</form>`;
}
