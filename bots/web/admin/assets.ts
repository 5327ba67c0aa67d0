import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';

const types: Record<string, string> = {
  'uPlot.esm.js': 'text/javascript; charset=utf-8',
  'uPlot.min.css': 'text/css; charset=utf-8',
};

/** The charts' library, from where npm put it: no copy of it, and no request to elsewhere. */
export function addAssets(app: FastifyInstance): void {
  const folder = dirname(createRequire(import.meta.url).resolve('uplot/dist/uPlot.min.css'));
  for (const [name, type] of Object.entries(types)) {
    const content = readFileSync(join(folder, name));
    app.get(`/admin/assets/${name}`, async (_request, reply) =>
      reply.type(type).header('cache-control', 'max-age=86400').send(content),
    );
  }
}
