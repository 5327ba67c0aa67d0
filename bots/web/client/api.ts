import type { ErrorJson } from './protocol.ts';

/** A request that the server refused; the message is its sentence for the person. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly reason: string;
  constructor(reason: string, text: string) {
    super(text);
    this.reason = reason;
  }
}

/** No answer at all, or the server is just stopping: worth trying again. */
export class Unreachable extends Error {
  override name = 'Unreachable';
}

const retryDelayMs = 1_000;

export async function get<T>(path: string): Promise<T> {
  return read<T>(await fetchOrUnreachable(path, { headers: { accept: 'application/json' } }));
}

/**
 * Sends what a person did, again and again for `patienceMs` while the server can't be reached. The key in it makes
 * sure that it is done once, however often it arrives.
 * @throws {Unreachable} when the patience is at its end
 */
export async function post<T>(path: string, body: object = {}, patienceMs = 20_000): Promise<T> {
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ ...body, key: newKey() }),
  };
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    try {
      return await read<T>(await fetchOrUnreachable(path, request));
    } catch (error) {
      if (!(error instanceof Unreachable) || Date.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, retryDelayMs));
    }
  }
}

/** A random UUID. `crypto.randomUUID` is missing where the page comes over plain HTTP from another machine. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const variant = '89ab'[(bytes[8] ?? 0) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

async function fetchOrUnreachable(path: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(path, request);
  } catch {
    throw new Unreachable(`No answer from ${path}`);
  }
}

async function read<T>(response: Response): Promise<T> {
  const json = (await response.json().catch(() => undefined)) as (T & Partial<ErrorJson>) | undefined;
  if (response.ok && json !== undefined) return json;
  const error = json?.error;
  // Without our own error it is a proxy that speaks, and the server behind it is away.
  if (!error || error.reason === 'restarting') throw new Unreachable(`${response.status}`);
  throw new ApiError(error.reason, error.text);
}
