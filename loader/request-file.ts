import { type Dispatcher, request } from 'undici';
import { ModelError } from './model-error.ts';
import { shown } from './source.ts';

/** A failure that is worth another try. */
export class PassingTrouble extends Error {
  override name = 'PassingTrouble';
  /** How long the server asked to be left alone, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  constructor(message: string, retryAfterMs?: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

export interface FileAnswer {
  statusCode: number;
  headers: Dispatcher.ResponseData['headers'];
  body: Dispatcher.ResponseData['body'];
  /** SHA-256 and size that the hub gives of the whole file; its redirect carries them, not the server it leads to. */
  sha256: string | undefined;
  size: number | undefined;
}

export interface Hub {
  /** Sent to the hub's own origin only, never to where it redirects. */
  token: string | undefined;
  url: string;
}

const maxRedirects = 8;

/**
 * Asks for a file, following redirects by hand.
 * @throws {ModelError} when the answer is final: not there, not allowed
 * @throws {PassingTrouble} when it may be better next time
 */
export async function requestFile(
  start: URL,
  hub: Hub,
  options: { headers: Record<string, string>; dispatcher: Dispatcher; signal: AbortSignal },
): Promise<FileAnswer> {
  let url = start;
  let sha256: string | undefined;
  let size: number | undefined;
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    const isHub = url.origin === new URL(hub.url).origin;
    const { statusCode, headers, body } = await request(url, {
      ...options,
      headers: {
        ...options.headers,
        'accept-encoding': 'identity',
        'user-agent': 'storyteller',
        ...(isHub && hub.token ? { authorization: `Bearer ${hub.token}` } : {}),
      },
    });
    sha256 ??= sha256Of(headers['x-linked-etag']);
    size ??= wholeNumber(headers['x-linked-size']);
    if (statusCode === 200 || statusCode === 206 || statusCode === 416) {
      return {
        statusCode,
        headers,
        body,
        sha256: sha256 ?? (isHub ? sha256Of(headers.etag) : undefined),
        size,
      };
    }
    await body.dump();
    const location = single(headers.location);
    if (statusCode < 300 || statusCode > 399 || !location) {
      throw refusal(statusCode, headers, { asked: start, answering: url, hub });
    }
    if (!URL.canParse(location, url.href)) throw new PassingTrouble(`${url.host} redirects to nowhere`);
    url = new URL(location, url);
    if (!/^https?:$/.test(url.protocol))
      throw new ModelError(`${start.host} redirects to ${url.protocol}, which isn't the web; check MODEL.`);
  }
  throw new ModelError(`${start.host} redirects in circles; check MODEL and HF_ENDPOINT.`);
}

type Headers = FileAnswer['headers'];

/** The hub's own codes (`x-error-code`) say more than its status: 401 may mean gated, private or no such repository. */
function refusal(status: number, headers: Headers, at: { asked: URL; answering: URL; hub: Hub }): Error {
  const { asked, answering, hub } = at;
  const file = shown(asked);
  if (status === 408 || status === 429 || status >= 500) {
    const seconds = wholeNumber(headers['retry-after']);
    return new PassingTrouble(
      `${answering.host} answers ${status}`,
      seconds === undefined ? undefined : seconds * 1000,
    );
  }
  if (answering.host !== asked.host && status !== 404) {
    return new PassingTrouble(`${answering.host}, where ${asked.host} redirects to, answers ${status}`);
  }
  if (headers['x-error-code'] === 'GatedRepo') {
    const page = `${asked.origin}${asked.pathname.split('/').slice(0, 3).join('/')}`;
    return new ModelError(
      hub.token
        ? `The model is gated and HF_TOKEN's account has no access: ask for it at ${page}, then load it again.`
        : `The model is gated: accept its terms at ${page}, then set HF_TOKEN to a token of that account.`,
    );
  }
  if (status === 401 || status === 403) {
    return new ModelError(
      hub.token
        ? `${file} answers ${status}: check that HF_TOKEN is valid and may read it, and that MODEL is spelled right.`
        : `${file} answers ${status}: it is private or doesn't exist; check MODEL, or set HF_TOKEN.`,
    );
  }
  if (status === 404) return new ModelError(`There is no ${file} (404): check how MODEL is spelled.`);
  return new ModelError(`${file} answers ${status}, which is no file: check MODEL.`);
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function sha256Of(etag: string | string[] | undefined): string | undefined {
  return /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(single(etag) ?? '')?.[1];
}

function wholeNumber(header: string | string[] | undefined): number | undefined {
  const text = single(header) ?? '';
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
