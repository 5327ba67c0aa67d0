import type { FastifyInstance } from 'fastify';
import { formatNames } from '../../../src/export/formats.ts';
import { protocolOf } from '../browser.ts';
import type { WebDeps } from '../deps.ts';
import { type ExportProgress, exportQuerySchema, signedText } from './download.ts';
import { html } from './html.ts';
import { sendPage, viewOf } from './layout.ts';
import { dateField } from './query.ts';
import type { AdminSession } from './session.ts';

const linkMs = 24 * 3_600_000;

/** Everything out, in any format; and links for those who may have a part of it. */
export function addExportPages(
  app: FastifyInstance,
  { clock }: WebDeps,
  session: AdminSession,
  progress: ExportProgress,
): void {
  app.get('/admin/exports', async (request, reply) => {
    const { texts } = viewOf(request);
    const formats = formatNames.map(
      (name) =>
        html`<label class="choice"><input type="radio" name="format" value="${name}"${name === 'jsonl' && html` checked`}> <strong>${name}</strong> ${texts.formats[name]}</label>`,
    );
    return sendPage(request, reply, {
      title: texts.pages.exports,
      current: 'exports',
      body: html`<form id="export" class="export" method="get" action="/admin/export">
<fieldset><legend>${texts.format}</legend>${formats}</fieldset>
<fieldset class="filters"><legend>${texts.onlyThese}</legend>
<label>${texts.channel} <input name="channel" placeholder="discord:123"></label>
<label>${texts.author} <input name="author" placeholder="telegram:123"></label>
<label>${texts.since} <input type="date" name="since"></label>
<label>${texts.until} <input type="date" name="until"></label>
</fieldset>
<p class="tools"><button class="button primary" type="submit">${texts.download}</button>
<button class="button" type="submit" formmethod="post" formaction="/admin/exports/link">${texts.makeLink}</button></p>
<p id="export-progress" role="status" hidden><progress max="1" value="0" aria-label="${texts.download}"></progress> <span></span></p>
</form>`,
    });
  });

  app.get('/admin/exports/:key/progress', async (request) => {
    const { key } = request.params as { key: string };
    return progress.get(key) ?? { done: true };
  });

  app.post('/admin/exports/link', async (request, reply) => {
    const { texts, time } = viewOf(request);
    const query = exportQuerySchema.safeParse(request.body);
    if (!query.success) {
      const body = html`<p class="alert" role="alert">${texts.badExport}</p>`;
      return sendPage(request, reply, { title: texts.pages.exports, current: 'exports', status: 400, body });
    }
    const expires = clock.now() + linkMs;
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query.data)) {
      if (value !== undefined) parameters.set(name, value instanceof Date ? dateField(value) : value);
    }
    parameters.set('expires', String(expires));
    parameters.set('signature', session.sign(signedText(query.data, expires)));
    const address = `${protocolOf(request)}://${request.host}/admin/export?${parameters}`;
    return sendPage(request, reply, {
      title: texts.pages.exports,
      current: 'exports',
      body: html`<p>${texts.linkUntil} ${time(new Date(expires))}</p>
<p><a id="link" class="address" href="${address}">${address}</a></p>
<p><a class="link" href="/admin/exports">${texts.back}</a></p>`,
    });
  });
}
