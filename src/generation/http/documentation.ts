import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';

/** Pages at `/` where the endpoints can be read about and tried out. Routes must be added after it. */
export async function documentation(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      info: {
        title: 'Storyteller generator',
        description: "Writes texts with llama.cpp, in the words of OpenAI's API and of llama.cpp's server.",
        version: '1',
      },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
      security: [{ key: [] }],
    },
  });
  await app.register(swaggerUi, { routePrefix: '/', staticCSP: true, uiConfig: { tryItOutEnabled: true } });
}

/** True for the routes of these pages: they are open to everybody, since a browser sends no key for them. */
export function isDocumentation(routeUrl: string): boolean {
  return routeUrl === '/' || routeUrl === '/json' || routeUrl === '/yaml' || routeUrl.startsWith('/static/');
}
