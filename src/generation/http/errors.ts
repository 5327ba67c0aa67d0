import { BadRequest, GeneratorBusy, GeneratorUnavailable } from '../generator.ts';

/** An error as OpenAI's API tells it. */
export interface ErrorAnswer {
  status: number;
  headers: Record<string, string>;
  body: { error: { message: string; type: string; param: string | null; code: string | null } };
}

interface Told {
  message: string;
  type: string;
  param?: string;
  code?: string;
}

const answer = (status: number, told: Told, headers: Record<string, string> = {}): ErrorAnswer => ({
  status,
  headers,
  body: { error: { param: null, code: null, ...told } },
});

/** What a client is told of an error; nothing of one that is not meant for it. */
export function errorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof BadRequest)
    return answer(400, { message: error.message, type: 'invalid_request_error', param: error.field });
  if (error instanceof GeneratorBusy)
    return answer(
      429,
      { message: error.message, type: 'rate_limit_error', code: 'queue_full' },
      { 'retry-after': String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))) },
    );
  if (error instanceof GeneratorUnavailable)
    return answer(503, { message: error.message, type: 'unavailable_error' });
  const { statusCode = 500, message = '' } = error as { statusCode?: number; message?: string };
  if (statusCode >= 400 && statusCode < 500)
    return answer(statusCode, { message, type: 'invalid_request_error' });
  return answer(500, { message: 'The generator failed; its log says why', type: 'server_error' });
}

export const unauthorized = answer(401, {
  message: 'A bearer key is needed: the GENERATOR_API_KEY of this service',
  type: 'authentication_error',
  code: 'invalid_api_key',
});

export const notFound = (method: string, path: string): ErrorAnswer =>
  answer(404, { message: `There is no ${method} ${path} here`, type: 'invalid_request_error' });
