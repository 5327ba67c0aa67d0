import { timingSafeEqual } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import { documentation, isDocumentation } from './documentation.ts';
import { type ErrorAnswer, errorAnswer, notFound, unauthorized } from './errors.ts';
import { llamaRoutes } from './llama-routes.ts';
import { modelRoutes } from './model-routes.ts';
import { openAiRoutes } from './openai-routes.ts';
import type { Service } from './service.ts';

/** Open to everybody, key or no key. */
const openPaths = new Set(['/health', '/v1/health']);
const bodyLimit = 4 * 1024 * 1024;
/** For a request to arrive whole, in milliseconds. */
const requestMs = 60_000;

export async function createServer(service: Service): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit,
    forceCloseConnections: true,
    requestTimeout: requestMs,
    frameworkErrors: (error, _request, reply) => tell(reply as Reply, errorAnswer(error)),
  });
  // Bodies are checked where they are used; the schemas of the routes are for the documentation.
  app.setValidatorCompiler(() => () => true);
  app.setErrorHandler((error, _request, reply) => {
    const told = errorAnswer(error);
    if (told.status === 500) service.logger.error({ error }, 'a request failed');
    return tell(reply, told);
  });
  app.setNotFoundHandler((request, reply) =>
    tell(reply, notFound(request.method, request.url.slice(0, 200))),
  );
  app.addHook('onRequest', async (request, reply) => {
    const { url = '/' } = request.routeOptions;
    if (!service.apiKey || openPaths.has(url) || isDocumentation(url)) return;
    if (!sameKey(request.headers.authorization, service.apiKey)) return tell(reply, unauthorized);
  });
  await documentation(app);
  modelRoutes(app, service);
  openAiRoutes(app, service);
  llamaRoutes(app, service);
  return app;
}

interface Reply {
  code(status: number): Reply;
  headers(values: Record<string, string>): Reply;
  send(body: object): Reply;
}

const tell = (reply: Reply, { status, headers, body }: ErrorAnswer) =>
  reply.code(status).headers(headers).send(body);

function sameKey(header: string | undefined, key: string): boolean {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${key}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
