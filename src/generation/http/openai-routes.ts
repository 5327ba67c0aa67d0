import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GenerationRequest } from '../generator.ts';
import type { LlamaGenerator } from '../llama/llama-generator.ts';
import { answerStream, answerWhole } from './answer.ts';
import { type AnswerForm, chatForm, completionForm } from './answer-form.ts';
import { channelHeader, chatRequest, completionRequest } from './request.ts';
import { chatSchema, completionSchema, documented, parseBody } from './schemas.ts';
import type { Service } from './server.ts';

/** `/v1/completions` and `/v1/chat/completions`. */
export function openAiRoutes(app: FastifyInstance, service: Service, ready: () => LlamaGenerator): void {
  const answer = (reply: FastifyReply, stream: boolean, request: GenerationRequest, form: AnswerForm) =>
    stream
      ? answerStream(reply, ready(), request, form, service.logger)
      : answerWhole(reply, ready(), request, form);

  app.post('/v1/completions', { schema: { body: documented(completionSchema) } }, (request, reply) => {
    const model = ready().info.name;
    const body = parseBody(completionSchema, request.body);
    const form = completionForm({ model, ...formOptions(body) });
    return answer(reply, body.stream === true, completionRequest(body, senderOf(request)), form);
  });

  app.post('/v1/chat/completions', { schema: { body: documented(chatSchema) } }, (request, reply) => {
    const model = ready().info.name;
    const body = parseBody(chatSchema, request.body);
    const form = chatForm({ model, ...formOptions(body) });
    return answer(reply, body.stream === true, chatRequest(body, senderOf(request)), form);
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

function senderOf(request: FastifyRequest): { address: string; channel: string | undefined } {
  return { address: request.ip, channel: request.headers[channelHeader]?.toString() };
}
