import { z } from 'zod';
import { BadRequest, GeneratorBusy, GeneratorUnavailable } from '../generator.ts';

/** The service failed in a way that may pass: the text is asked for again from where it was. */
export class PassingFault extends Error {
  override name = 'PassingFault';
}

/** The service will never serve this client: the settings are wrong. */
export class Refused extends GeneratorUnavailable {}

export const badKey = (): Refused => new Refused('The generator refuses the key; check GENERATOR_API_KEY.');

/** The prompt is longer than the context of a service that does not cut it itself. */
export class ContextOverflow extends Error {
  override name = 'ContextOverflow';
}

/** The service does not know one of the words of the request, which may be one beyond OpenAI's. */
export class UnknownWord extends BadRequest {}

const errorSchema = z.object({
  error: z.union([
    z.string(),
    z.object({ message: z.string().optional(), type: z.string().nullish(), param: z.string().nullish() }),
  ]),
});

const overflow =
  /context (size|length|window)|maximum context|exceeds? the (available )?context|too (long|large)/i;
const unknownWord =
  /unrecognized|unknown (field|argument|parameter|name)|extra (fields|inputs)|unsupported (value|parameter)/i;
const defaultRetryMs = 5_000;
/** Sooner is never asked again, and later neither: a turn waits, and may find another service. */
const retryRangeMs = { min: 1_000, max: 600_000 };

/** What an answer other than 200 means. */
export function failureOf(
  status: number,
  headers: Record<string, string | string[] | undefined>,
  text: string,
): Error {
  const { message, param } = told(text);
  if (status === 429) return new GeneratorBusy(retryAfterMs(headers['retry-after']?.toString()));
  if (status === 401 || status === 403) return badKey();
  if (status === 404) return new Refused(`The generator has no such endpoint or model (${message}).`);
  if (status === 400 || status === 413 || status === 422) {
    if (overflow.test(message)) return new ContextOverflow(message);
    const Kind = unknownWord.test(message) ? UnknownWord : BadRequest;
    return new Kind(param ?? 'request', message);
  }
  return new PassingFault(`The generator answered ${status}: ${message}`);
}

function told(text: string): { message: string; param: string | undefined } {
  try {
    const { error } = errorSchema.parse(JSON.parse(text));
    if (typeof error === 'string') return { message: error, param: undefined };
    return { message: error.message ?? error.type ?? '', param: error.param ?? undefined };
  } catch {
    return { message: text.slice(0, 200), param: undefined };
  }
}

/** Seconds, or a date. */
function retryAfterMs(header: string | undefined): number {
  if (header === undefined) return defaultRetryMs;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  if (!Number.isFinite(ms)) return defaultRetryMs;
  return Math.min(retryRangeMs.max, Math.max(retryRangeMs.min, ms));
}
