import type { FastifyInstance } from 'fastify';
import { textsFor } from '../../../src/texts/catalogue.ts';
import { localeOf } from '../browser.ts';
import type { WebDeps } from '../deps.ts';
import { addAssets } from './assets.ts';
import { addAuditPage } from './audit.ts';
import { addAuthorPages } from './authors.ts';
import { addDownload, type ExportProgress } from './download.ts';
import { addExportPages } from './exports.ts';
import { sendLogin } from './login.ts';
import { addOverview } from './overview.ts';
import { AdminSession } from './session.ts';
import { addStoriesPage } from './stories.ts';
import { addStoryPage } from './story.ts';

const tokenField = 'token';

/** Adds the admin's pages under `/admin`, where ADMIN_TOKEN is set; without it there are none. */
export async function registerAdmin(app: FastifyInstance, deps: WebDeps): Promise<void> {
  const { token } = deps.config.admin;
  if (!token) return;
  const session = new AdminSession(token, deps.clock);

  await app.register(async (admin) => {
    admin.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: 16_384 },
      async (_request: unknown, body: string) => Object.fromEntries(new URLSearchParams(body)),
    );
    addAssets(admin);

    admin.post('/admin/login', async (request, reply) => {
      const given = String((request.body as Record<string, unknown> | null | undefined)?.[tokenField] ?? '');
      if (session.accepts(given)) {
        session.open(request, reply);
        return reply.redirect('/admin', 303);
      }
      return sendLogin(request, reply, { wrong: true, waitSeconds: session.waitSeconds() });
    });
    admin.post('/admin/logout', async (request, reply) => {
      session.close(request, reply);
      return reply.redirect('/admin', 303);
    });

    const progress: ExportProgress = new Map();
    addDownload(admin, deps, session, progress);

    await admin.register(async (inside) => {
      inside.addHook('onRequest', async (request, reply) => {
        if (session.isOpen(request)) return;
        const wantsPage = request.method === 'GET' && request.headers.accept?.includes('text/html');
        if (wantsPage) return sendLogin(request, reply, { wrong: false, waitSeconds: session.waitSeconds() });
        const text = textsFor(localeOf(request)).admin.tokenNeeded;
        return reply.code(401).send({ error: { reason: 'tokenNeeded', text } });
      });
      addOverview(inside, deps);
      addStoriesPage(inside, deps);
      addStoryPage(inside, deps);
      addAuthorPages(inside, deps);
      addAuditPage(inside, deps);
      addExportPages(inside, deps, session, progress);
    });
  });
}
