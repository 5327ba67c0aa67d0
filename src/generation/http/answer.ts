import { once } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  BadRequest,
  type GenerationEvent,
  type GenerationRequest,
  GeneratorBusy,
  GeneratorStalled,
} from '../generator.ts';
import type { AnswerForm, EndEvent } from './answer-form.ts';
import { errorAnswer } from './errors.ts';
import { channelHeader } from './request.ts';
import type { Service } from './service.ts';

/** So often a stream says that it is alive, so that nothing on the way takes a slow CPU for a dead connection. */
const heartbeatMs = 10_000;

/** Writes what a request asks for, as a stream or as a whole. A client that hangs up aborts it. */
export function answer(
  reply: FastifyReply,
  service: Service,
  stream: boolean,
  request: GenerationRequest,
  form: AnswerForm,
): Promise<object | undefined> {
  const hungUp = hangUpOf(reply);
  const events = counted(service, service.ready().generate(request, hungUp));
  return stream ? answerStream(reply, service, events, form, hungUp) : answerWhole(events, form);
}

/** Aborts when the answer is over or its connection is; one that waits behind another answer hears of neither itself. */
function hangUpOf({ raw, request }: FastifyReply): AbortSignal {
  const over = new AbortController();
  const hangUp = () => over.abort();
  const { socket } = request;
  socket.once('close', hangUp);
  raw.once('close', () => {
    socket.off('close', hangUp);
    hangUp();
  });
  return over.signal;
}

/** Who sent a request that does not say so itself. */
export function senderOf(request: FastifyRequest): { address: string; channel: string | undefined } {
  return { address: request.ip, channel: request.headers[channelHeader]?.toString() };
}

async function answerStream(
  reply: FastifyReply,
  service: Service,
  events: AsyncGenerator<GenerationEvent>,
  form: AnswerForm,
  hungUp: AbortSignal,
): Promise<undefined> {
  // A full queue or a bad request shows here, while the status can still say so.
  const first = await events.next();
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  });
  raw.flushHeaders();
  const heartbeat = setInterval(() => raw.write(': still here\n\n'), heartbeatMs);
  try {
    for (let next = first; !next.done; next = await events.next()) {
      await send(raw, form.chunks(next.value), hungUp);
      heartbeat.refresh();
    }
    if (form.done) await send(raw, [form.done], hungUp);
  } catch (error) {
    service.logger.error({ error }, 'a stream failed');
    await send(raw, [JSON.stringify(errorAnswer(error).body)], hungUp);
  } finally {
    clearInterval(heartbeat);
    raw.end();
  }
}

async function answerWhole(events: AsyncGenerator<GenerationEvent>, form: AnswerForm): Promise<object> {
  let text = '';
  let end: EndEvent | undefined;
  for await (const event of events) {
    if (event.type === 'text') text += event.text;
    else if (event.type === 'end') end = event;
  }
  if (!end) throw new Error('A text ended without saying so');
  return form.whole(text, end);
}

async function* counted(
  { metrics }: Service,
  events: AsyncIterable<GenerationEvent>,
): AsyncGenerator<GenerationEvent> {
  try {
    for await (const event of events) {
      if (event.type === 'end') metrics.sawEnd(event);
      yield event;
    }
  } catch (error) {
    if (error instanceof GeneratorBusy) metrics.sawFailure('busy');
    else if (error instanceof GeneratorStalled) metrics.sawFailure('stalled');
    else if (!(error instanceof BadRequest)) metrics.sawFailure('failed');
    throw error;
  }
}

async function send(raw: FastifyReply['raw'], data: string[], hungUp: AbortSignal): Promise<void> {
  if (data.length === 0 || hungUp.aborted) return;
  const written = raw.write(data.map((each) => `data: ${each}\n\n`).join(''));
  if (!written) await once(raw, 'drain', { signal: hungUp }).catch(() => {});
}
