import type { FastifyInstance } from 'fastify';
import { answer, senderOf } from './answer.ts';
import { llamaForm } from './llama-form.ts';
import { llamaRequest } from './request.ts';
import { documented, llamaSchema, parseBody, tokenizeSchema } from './schemas.ts';
import type { Service } from './service.ts';

/** `/completion` and `/tokenize`, as llama.cpp's server has them. */
export function llamaRoutes(app: FastifyInstance, service: Service): void {
  const completion = {
    tags: ['llama.cpp'],
    summary: 'Continues a text',
    body: documented(llamaSchema),
  };
  for (const path of ['/completion', '/completions'])
    app.post(path, { schema: { ...completion, hide: path === '/completions' } }, (request, reply) => {
      const { info } = service.ready();
      const body = parseBody(llamaSchema, request.body);
      const form = llamaForm({ model: info.name, progress: body.return_progress === true });
      return answer(reply, service, body.stream === true, llamaRequest(body, senderOf(request)), form);
    });

  const tokenize = {
    tags: ['llama.cpp'],
    summary: 'Counts the tokens of a text',
    body: documented(tokenizeSchema),
  };
  app.post('/tokenize', { schema: tokenize }, (request) => {
    const { vocabulary } = service.ready();
    const { content, add_special } = parseBody(tokenizeSchema, request.body);
    return { tokens: [...(add_special ? vocabulary.beginning : []), ...vocabulary.tokenize(content)] };
  });
}
