import type { FastifyInstance } from 'fastify';
import type { LlamaGenerator } from '../llama/llama-generator.ts';
import { defaultSampling } from '../options.ts';
import type { Service } from './server.ts';

/** `/health`, `/v1/models` and `/props`: what is served here, in the words of OpenAI and of llama.cpp's server. */
export function modelRoutes(app: FastifyInstance, service: Service, ready: () => LlamaGenerator): void {
  for (const path of ['/health', '/v1/health'])
    app.get(path, (_request, reply) => {
      if (service.generator) return reply.send({ status: 'ok' });
      return reply.code(503).send({ status: 'loading model' });
    });

  const startedAt = Math.floor(Date.now() / 1000);
  app.get('/v1/models', () => {
    const { info } = ready();
    const model = { id: info.name, object: 'model', created: startedAt, owned_by: 'storyteller' };
    return { object: 'list', data: [{ ...model, meta: { n_ctx: info.contextLength } }] };
  });

  app.get('/props', () => {
    const { info, parallel } = ready();
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
}
