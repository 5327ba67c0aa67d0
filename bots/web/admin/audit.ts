import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { WebDeps } from '../deps.ts';
import { html } from './html.ts';
import { sendPage, viewOf } from './layout.ts';

const pageSize = 100;
const querySchema = z.object({
  before: z.iso
    .datetime()
    .transform((at) => new Date(at))
    .optional()
    .catch(undefined),
});

/** Who exported, erased, blocked what and when. */
export function addAuditPage(app: FastifyInstance, deps: WebDeps): void {
  app.get('/admin/audit', async (request, reply) => {
    const { texts, time } = viewOf(request);
    const { before } = querySchema.parse(request.query);
    let query = deps.database.selectFrom('audit_log').selectAll().orderBy('at', 'desc').limit(pageSize);
    if (before) query = query.where('at', '<', before);
    const entries = await query.execute();
    const last = entries.length === pageSize ? entries.at(-1) : undefined;
    const rows = entries.map(
      (entry) =>
        html`<tr><td>${time(entry.at)}</td><td>${entry.actor}</td><td>${entry.action}</td><td><code>${JSON.stringify(entry.subject)}</code></td></tr>`,
    );
    const table = html`<div class="wide" tabindex="0" role="region" aria-label="${texts.pages.audit}"><table>
<thead><tr><th scope="col">${texts.when}</th><th scope="col">${texts.who}</th><th scope="col">${texts.what}</th><th scope="col">${texts.details}</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
    return sendPage(request, reply, {
      title: texts.pages.audit,
      current: 'audit',
      body: html`${rows.length > 0 ? table : html`<p class="quiet">${texts.nothingFound}</p>`}
${last && html`<p><a class="button" rel="next" href="/admin/audit?before=${last.at.toISOString()}">${texts.older}</a></p>`}`,
    });
  });
}
