import type { FastifyInstance } from 'fastify';
import { defaultSampling } from '../options.ts';
import { type Service, stalledMs } from './service.ts';

/** `/health`, `/v1/models`, `/props` and `/metrics`: what is served here, in OpenAI's and llama.cpp's words. */
export function modelRoutes(app: FastifyInstance, service: Service): void {
  for (const path of ['/health', '/v1/health'])
    app.get(path, { schema: { tags: ['service'], hide: path !== '/health' } }, (_request, reply) => {
      const { generator } = service;
      if (!generator) return reply.code(503).send({ status: 'loading model' });
      if (generator.passMs > stalledMs) return reply.code(503).send({ status: 'stalled' });
      return reply.send({ status: 'ok' });
    });

  const startedAt = Math.floor(Date.now() / 1000);
  app.get('/v1/models', { schema: { tags: ['OpenAI'] } }, () => {
    const { info } = service.ready();
    const model = { id: info.name, object: 'model', created: startedAt, owned_by: 'storyteller' };
    return { object: 'list', data: [{ ...model, meta: { n_ctx: info.contextLength } }] };
  });

  app.get('/props', { schema: { tags: ['llama.cpp'] } }, () => {
    const { info, parallel } = service.ready();
    return {
      default_generation_settings: {
        n_ctx: info.contextLength,
        params: {
          n_predict: defaultSampling.maxTokens,
          temperature: defaultSampling.temperature,
          top_k: defaultSampling.topK,
          top_p: defaultSampling.topP,
          min_p: defaultSampling.minP,
        },
      },
      total_slots: parallel,
      model_alias: info.name,
      storyteller: { chat: info.chat, bundled: info.bundled },
    };
  });

  app.get('/metrics', { schema: { tags: ['service'] } }, async (_request, reply) => {
    const { registry } = service.metrics;
    return reply.header('content-type', registry.contentType).send(await registry.metrics());
  });
}
