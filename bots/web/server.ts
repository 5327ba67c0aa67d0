import cookie from '@fastify/cookie';
import Fastify, { type FastifyInstance } from 'fastify';
import { registerAdmin } from './admin/index.ts';
import { readJsonStrictly } from './body.ts';
import type { WebDeps } from './deps.ts';
import { answerErrors } from './errors.ts';
import { addCommandRoutes } from './routes/commands.ts';
import { addEventsRoute } from './routes/events.ts';
import { addHealthRoutes } from './routes/health.ts';
import { addPageRoutes } from './routes/page.ts';
import { addSessionRoute, addThemeRoute } from './routes/session.ts';
import { addStoryRoutes } from './routes/stories.ts';
import { addSecurityHeaders } from './security.ts';

/** Room for the longest prompt several times over; what is too long by its letters gets the Storyteller's own sentence. */
const bodyLimitBytes = 256 * 1024;

export interface WebServer {
  app: FastifyInstance;
  /** Ends the live connections, which would otherwise never end. */
  hangUp(): void;
}

/** The page's HTTP server, not yet listening. `cookieKey` signs the browsers' identities. */
export async function buildServer(deps: WebDeps, cookieKey: string): Promise<WebServer> {
  const app = Fastify({ bodyLimit: bodyLimitBytes, forceCloseConnections: true, logger: false });
  addSecurityHeaders(app);
  answerErrors(app, deps.logger);
  readJsonStrictly(app);
  await app.register(cookie, { secret: cookieKey });
  addHealthRoutes(app, deps);
  addSessionRoute(app, deps);
  addStoryRoutes(app, deps);
  addCommandRoutes(app, deps);
  addThemeRoute(app);
  const hangUp = addEventsRoute(app, deps);
  await registerAdmin(app, deps);
  await addPageRoutes(app);
  return { app, hangUp };
}
