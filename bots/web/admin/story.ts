import type { FastifyInstance } from 'fastify';
import type { Database } from '../../../src/storage/database.ts';
import { findStory } from '../../../src/storage/stories.ts';
import type { WebDeps } from '../deps.ts';
import { type Html, html } from './html.ts';
import { sendPage, type View, viewOf } from './layout.ts';
import { idSchema } from './query.ts';

/** More than anybody reads on one page; the rest is in the exports. */
const mostTurns = 2_000;

interface TreeTurn {
  id: string;
  parent_id: string | null;
  author: string;
  author_id: string;
  prompt: string;
  text: string;
  state: string;
  model: string | null;
  completion_tokens: number;
  created_at: Date;
}

/** A story to read, with all its versions. */
export function addStoryPage(app: FastifyInstance, deps: WebDeps): void {
  app.get('/admin/stories/:id', async (request, reply) => {
    const view = viewOf(request);
    const { texts } = view;
    const id = idSchema.safeParse(request.params);
    const story = id.success ? await findStory(deps.database, id.data.id) : undefined;
    if (!story) {
      const body = html`<p>${texts.nothingFound}</p>`;
      return sendPage(request, reply, { title: texts.pages.stories, current: 'stories', status: 404, body });
    }
    const turns = await readTurns(deps.database, story.id);
    const formats = ['epub', 'html', 'markdown', 'jsonl'];
    return sendPage(request, reply, {
      title: story.title.trim() || texts.untitled,
      current: 'stories',
      body: html`<p class="quiet">${view.time(story.createdAt)} · ${texts.turns(turns.length)} ·
<a href="/admin/stories?channel=${story.channelId}">${texts.allOfChannel}</a></p>
<p class="tools">${formats.map((name) => html`<a class="button" href="/admin/export?format=${name}&amp;story=${story.id}" download>${name}</a> `)}</p>
${tree(turns, story.headTurnId, view)}`,
    });
  });
}

async function readTurns(database: Database, storyId: string): Promise<TreeTurn[]> {
  return database
    .selectFrom('turns')
    .innerJoin('authors', 'authors.id', 'turns.author_id')
    .select([
      'turns.id',
      'turns.parent_id',
      'authors.name as author',
      'turns.author_id',
      'turns.prompt',
      'turns.text',
      'turns.state',
      'turns.model',
      'turns.completion_tokens',
      'turns.created_at',
    ])
    .where('turns.story_id', '=', storyId)
    .orderBy('turns.created_at')
    .orderBy('turns.id')
    .limit(mostTurns)
    .execute();
}

/** Versions stand beside each other, each to be opened; the way to where the story stands is open already. */
function tree(turns: TreeTurn[], headId: string | null, view: View): Html {
  const children = new Map<string | null, TreeTurn[]>();
  for (const turn of turns) children.set(turn.parent_id, [...(children.get(turn.parent_id) ?? []), turn]);
  const byId = new Map(turns.map((turn) => [turn.id, turn]));
  const way = new Set<string>();
  for (let at = headId; at; at = byId.get(at)?.parent_id ?? null) way.add(at);

  /** What comes after a turn: one turn after the other for as long as there is one version of each. */
  function after(parentId: string | null): Html {
    const passages: Html[] = [];
    let versions = children.get(parentId) ?? [];
    while (versions.length === 1) {
      for (const turn of versions) {
        passages.push(passage(turn, turn.id === headId, view));
        versions = children.get(turn.id) ?? [];
      }
    }
    const branches = versions.map(
      (turn, index) => html`<li><details${way.has(turn.id) && html` open`}>
<summary>${view.texts.version(index + 1, versions.length)}${way.has(turn.id) && html` ✓`}</summary>
${passage(turn, turn.id === headId, view)}${after(turn.id)}
</details></li>`,
    );
    return html`${passages}${branches.length > 0 && html`<ol class="versions">${branches}</ol>`}`;
  }
  return html`<div class="tree">${after(null)}</div>`;
}

function passage(turn: TreeTurn, isHead: boolean, { texts, time }: View): Html {
  return html`<section class="turn${isHead ? ' head' : ''}" id="t${turn.id}">
${turn.prompt && html`<blockquote dir="auto">${turn.prompt}</blockquote>`}
<p class="prose" dir="auto">${turn.text}</p>
<p class="quiet"><a href="/admin/authors?q=${turn.author_id}">${turn.author.trim() || texts.forgotten}</a> · ${texts.states[turn.state as keyof typeof texts.states]} · ${turn.model ?? '–'} · ${texts.tokens(turn.completion_tokens)} · ${time(turn.created_at)}</p>
</section>`;
}
