import Fastify from 'fastify';
import type { Registry } from 'prom-client';

export interface HealthChecks {
  registry: Registry;
  /** What has to answer for people to be served, each by its name. */
  ready(): Promise<Record<string, boolean>>;
}

/**
 * Serves `/health` (the process lives), `/ready` (it can serve people: 200, else 503 with what is missing) and
 * `/metrics` (Prometheus).
 * @throws when the port is in use
 */
export async function startHealthServer(
  { host, port }: { host: string; port: number },
  { registry, ready }: HealthChecks,
): Promise<{ url: string; close(): Promise<void> }> {
  const app = Fastify();
  app.get('/health', () => ({ status: 'ok' }));
  app.get('/ready', async (_, reply) => {
    const checks = await ready();
    const isReady = Object.values(checks).every(Boolean);
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ok' : 'not ready', ...checks });
  });
  app.get('/metrics', async (_, reply) => reply.type(registry.contentType).send(await registry.metrics()));
  const url = await app.listen({ host, port });
  return { url, close: () => app.close() };
}
