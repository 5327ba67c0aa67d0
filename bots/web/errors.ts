import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Logger } from '../../src/ops/logger.ts';
import { isConnectionTrouble } from '../../src/storage/connection.ts';
import type { Refusal, RefusalReason } from '../../src/story/outcome.ts';
import { textsFor } from '../../src/texts/catalogue.ts';
import { UnreadableBody } from './body.ts';
import { localeOf } from './browser.ts';
import type { ErrorJson } from './client/protocol.ts';

const statuses: Record<RefusalReason, number> = {
  empty: 400,
  tooLong: 413,
  controlCharacters: 400,
  brokenText: 400,
  notAllowed: 403,
  blocked: 403,
  quota: 429,
  queueFull: 429,
  nothingToContinue: 409,
  stillWriting: 409,
  notFound: 404,
  nothingToUndo: 409,
  nothingToStop: 409,
  badSetting: 400,
  databaseDown: 503,
  exportTooLarge: 413,
  internal: 500,
};

export function sendRefusal(reply: FastifyReply, { reason, text, retryAt }: Refusal): FastifyReply {
  return sendError(reply, statuses[reason], reason, text, retryAt);
}

export function sendError(
  reply: FastifyReply,
  status: number,
  reason: string,
  text: string,
  retryAt?: Date,
): FastifyReply {
  if (retryAt) reply.header('retry-after', retryAt.toUTCString());
  const error: ErrorJson = { error: { reason, text, ...(retryAt && { retryAt: retryAt.toISOString() }) } };
  return reply.code(status).send(error);
}

/** Turns whatever goes wrong into a status and a sentence; the cause goes to the log, never to the person. */
export function answerErrors(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const { page, refusals } = textsFor(localeOf(request));
    const status = error.statusCode ?? 500;
    if (error instanceof UnreadableBody) {
      const text = error.reason === 'brokenText' ? refusals.brokenText() : page.badRequest;
      return sendError(reply, status, error.reason, text);
    }
    if (status === 413) return sendError(reply, status, 'tooLong', page.bodyTooLarge);
    if (status >= 400 && status < 500) return sendError(reply, status, 'badRequest', page.badRequest);
    if (isConnectionTrouble(error)) {
      return sendError(reply, 503, 'databaseDown', refusals.databaseDown());
    }
    logger.error({ error }, 'a request to the page failed');
    return sendError(reply, 500, 'somethingWrong', page.somethingWrong);
  });
  app.setNotFoundHandler((request, reply) =>
    sendError(reply, 404, 'unknownPage', textsFor(localeOf(request)).page.unknownPage),
  );
}
