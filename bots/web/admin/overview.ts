import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { listDumps } from '../../../src/export/dump-folder.ts';
import { keepFigures } from '../../../src/export/figures.ts';
import { readStats, type Stats } from '../../../src/export/stats.ts';
import type { WebDeps } from '../deps.ts';
import { type Html, html } from './html.ts';
import { sendPage, type View, viewOf } from './layout.ts';
import { addLive, liveList, liveQuery } from './live.ts';

const chartDays = 90;
const daysSchema = z.object({ days: z.coerce.number().int().min(1).max(3_650).catch(chartDays) });
const charts = ['turns', 'tokens', 'authors', 'wait', 'first', 'speed', 'edits', 'limited'] as const;

/** How things stand: live stories, charts over time, and whether all that is needed answers. */
export function addOverview(app: FastifyInstance, deps: WebDeps): void {
  const { database, clock, logger } = deps;
  addLive(app, deps);

  app.get('/admin/', async (_request, reply) => reply.redirect('/admin'));

  app.get('/admin', async (request, reply) => {
    const view = viewOf(request);
    const { texts } = view;
    const [stats, { rows }, health] = await Promise.all([
      readStats(database, clock.now(), chartDays),
      liveQuery.execute(database),
      healthOf(deps, view),
    ]);
    // Nobody waits for a year to be counted, as after a restore.
    if (stats.counting) {
      keepFigures(database, clock.now()).catch((error) =>
        logger.warn({ error }, 'earlier days could not be counted; tried again at the next look'),
      );
    }
    const figures = charts.map(
      (name) =>
        html`<figure><figcaption>${texts.charts[name]}</figcaption><div class="chart" data-chart="${name}"></div></figure>`,
    );
    return sendPage(request, reply, {
      title: texts.pages.overview,
      current: 'overview',
      body: html`${stats.counting && html`<p class="quiet" role="status">${texts.counting}</p>`}${totals(stats, view)}
<section aria-labelledby="live-title"><h2 id="live-title">${texts.live}</h2><div id="live">${liveList(rows, view)}</div></section>
<section aria-labelledby="charts-title"><h2 id="charts-title">${texts.lastDays(chartDays)}</h2><div id="charts" class="charts">${figures}</div></section>
<section aria-labelledby="health-title"><h2 id="health-title">${texts.health}</h2>${health}</section>`,
    });
  });

  app.get('/admin/api/stats', async (request) => {
    const { days } = daysSchema.parse(request.query);
    return readStats(database, clock.now(), days);
  });
}

function totals({ totals }: Stats, { texts, locale }: View): Html {
  const items = (['stories', 'turns', 'words', 'tokens', 'authors', 'channels'] as const).map(
    (name) => html`<div><dt>${texts.totals[name]}</dt><dd>${totals[name].toLocaleString(locale)}</dd></div>`,
  );
  return html`<dl class="totals">${items}</dl>`;
}

async function healthOf({ config, ready, describeModel, metrics }: WebDeps, { texts }: View): Promise<Html> {
  const [{ database, generator }, model, dumps, replies] = await Promise.all([
    ready(),
    describeModel().catch(() => undefined),
    config.dumps.dir === undefined ? [] : listDumps(config.dumps.dir),
    metrics.replies.get(),
  ]);
  const calls = (outcome?: string) =>
    replies.values
      .filter(({ labels }) => outcome === undefined || labels.outcome === outcome)
      .reduce((sum, { value }) => sum + value, 0);
  const state = (isWell: boolean) =>
    html`<span class="${isWell ? 'well' : 'alert'}">${isWell ? texts.well : texts.unwell}</span>`;
  const facts: [string, Html | string][] = [
    [texts.database, state(database)],
    [texts.generator, html`${state(generator)} ${model?.name}`],
    [texts.newestDump, config.dumps.dir === undefined ? texts.dumpsOff : (dumps.at(-1) ?? '–')],
    [texts.calls, texts.callsOf(calls(), calls('rate_limited'), calls('failed'))],
    [texts.memory, `${Math.round(process.memoryUsage.rss() / 1_048_576)} MB`],
  ];
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}
