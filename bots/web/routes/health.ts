import type { FastifyInstance } from 'fastify';
import type { WebDeps } from '../deps.ts';

/** `/health`: this process serves. `/ready`: so does everything that it needs. */
export function addHealthRoutes(app: FastifyInstance, deps: WebDeps): void {
  app.get('/health', async () => ({ status: 'ok' }));

  app.get('/ready', async (_request, reply) => {
    const needed = await deps.ready();
    const isReady = needed.database && needed.generator && !deps.isStopping();
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not ready', ...needed });
  });
}
