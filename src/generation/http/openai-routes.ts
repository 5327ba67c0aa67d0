import type { FastifyInstance } from 'fastify';
import { answer, senderOf } from './answer.ts';
import { chatForm, completionForm } from './answer-form.ts';
import { chatRequest, completionRequest } from './request.ts';
import { chatSchema, completionSchema, documented, parseBody } from './schemas.ts';
import type { Service } from './service.ts';

/** `/v1/completions` and `/v1/chat/completions`, as OpenAI's API has them. */
export function openAiRoutes(app: FastifyInstance, service: Service): void {
  const completion = { tags: ['OpenAI'], summary: 'Continues a text', body: documented(completionSchema) };
  app.post('/v1/completions', { schema: completion }, (request, reply) => {
    const model = service.ready().info.name;
    const body = parseBody(completionSchema, request.body);
    const form = completionForm({ model, ...formOptions(body) });
    return answer(reply, service, body.stream === true, completionRequest(body, senderOf(request)), form);
  });

  const chat = {
    tags: ['OpenAI'],
    summary: "Answers messages, or continues the assistant's last one",
    body: documented(chatSchema),
  };
  app.post('/v1/chat/completions', { schema: chat }, (request, reply) => {
    const model = service.ready().info.name;
    const body = parseBody(chatSchema, request.body);
    const form = chatForm({ model, ...formOptions(body) });
    return answer(reply, service, body.stream === true, chatRequest(body, senderOf(request)), form);
  });
}

interface ToldOptions {
  return_progress?: boolean | null | undefined;
  stream_options?: { include_usage?: boolean | null | undefined } | null | undefined;
}

function formOptions(body: ToldOptions): { progress: boolean; usage: boolean } {
  return {
    progress: body.return_progress === true,
    usage: body.stream_options?.include_usage === true,
  };
}
