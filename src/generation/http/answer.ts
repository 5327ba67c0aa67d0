import { once } from 'node:events';
import type { FastifyReply } from 'fastify';
import type { Logger } from '../../ops/logger.ts';
import type { GenerationEvent, GenerationRequest, TextGenerator } from '../generator.ts';
import type { AnswerForm } from './answer-form.ts';
import { errorAnswer } from './errors.ts';

/** So often a stream says that it is alive, so that nothing on the way takes a slow CPU for a dead connection. */
const heartbeatMs = 10_000;

/** Writes what a request asks for. A client that hangs up aborts it. */
export async function answerStream(
  reply: FastifyReply,
  generator: TextGenerator,
  request: GenerationRequest,
  form: AnswerForm,
  logger: Logger,
): Promise<void> {
  const events = generator.generate(request, hangUpSignal(reply))[Symbol.asyncIterator]();
  // A full queue or a bad request shows here, while the status can still say so.
  const first = await events.next();
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  });
  const heartbeat = setInterval(() => raw.write(': still here\n\n'), heartbeatMs);
  try {
    for (let next = first; !next.done; next = await events.next()) {
      await send(raw, form.chunks(next.value));
      heartbeat.refresh();
    }
    if (form.done) await send(raw, [form.done]);
  } catch (error) {
    logger.error({ error }, 'a stream failed');
    await send(raw, [JSON.stringify(errorAnswer(error).body)]);
  } finally {
    clearInterval(heartbeat);
    raw.end();
  }
}

/** The whole text at once. */
export async function answerWhole(
  reply: FastifyReply,
  generator: TextGenerator,
  request: GenerationRequest,
  form: AnswerForm,
): Promise<object> {
  let text = '';
  let end: Extract<GenerationEvent, { type: 'end' }> | undefined;
  for await (const event of generator.generate(request, hangUpSignal(reply))) {
    if (event.type === 'text') text += event.text;
    else if (event.type === 'end') end = event;
  }
  if (!end) throw new Error('A text ended without saying so');
  return form.whole(text, end);
}

async function send(raw: FastifyReply['raw'], data: string[]): Promise<void> {
  if (data.length === 0 || raw.destroyed) return;
  const written = raw.write(data.map((each) => `data: ${each}\n\n`).join(''));
  if (!written) await Promise.race([once(raw, 'drain'), once(raw, 'close')]);
}

function hangUpSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => controller.abort());
  return controller.signal;
}
