import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Clock } from '../../../src/ops/clock.ts';
import { ApiError, refuse } from './errors.ts';
import type { Fault, Faults } from './faults.ts';
import type { Limits, Quota } from './limits.ts';
import type { Call, Transcript } from './transcript.ts';
import type { FakeFile } from './world.ts';

export interface Request {
  params: Record<string, string>;
  query: URLSearchParams;
  body: unknown;
  files: FakeFile[];
}

export interface Route {
  method: string;
  /** `/channels/:channel/messages`; the first parameter is the major one. */
  path: string;
  quota: Quota;
  /** An interaction endpoint: its token is in the path, and the global limit does not count it. */
  interaction?: boolean;
  /** The answer as JSON; nothing: 204. */
  handle(request: Request): unknown;
  /** The message that a request edits. */
  edits?(params: Record<string, string>): string | undefined;
}

interface Parts {
  routes: Route[];
  token: string;
  clock: Clock;
  limits: Limits;
  faults: Faults;
  transcript: Transcript;
  onCall: () => void;
}

interface Reply {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** Answers REST requests: trouble first, then limits, then rights, then the route itself. */
export function createHandler(parts: Parts) {
  const { routes, clock, limits, faults, transcript } = parts;
  const table = routes.map((route) => ({ route, pattern: patternOf(route.path) }));

  return async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(incoming.url ?? '/', 'http://fake');
    const path = url.pathname.replace(/^\/api\/v10/, '');
    const hit = find(path, incoming.method ?? 'GET');
    const raw = await bodyOf(incoming);
    const call: Call = {
      at: clock.now(),
      method: incoming.method ?? 'GET',
      route: hit?.route.path ?? path,
      path,
      body: raw.body,
      status: 0,
    };
    const edited = hit?.route.edits?.(hit.params);
    if (edited) call.messageId = edited;
    const fault = faults.for(`${call.method} ${call.route}`);
    if (fault) call.fault = fault.kind;
    transcript.begin(call);
    try {
      if (fault?.kind === 'delay') await clock.sleep(fault.ms);
      if (fault?.kind === 'reset') return void incoming.socket.resetAndDestroy();
      call.at = clock.now();
      const reply = await answer(hit, { ...raw, query: url.searchParams }, incoming, call, fault);
      if (fault?.kind === 'lost') return void incoming.socket.resetAndDestroy();
      call.status = reply.status;
      const code = (reply.body as { code?: unknown } | undefined)?.code;
      if (reply.status >= 400 && typeof code === 'number') call.code = code;
      if ([401, 403, 429].includes(reply.status)) limits.countInvalid();
      send(response, reply);
    } finally {
      transcript.end(call);
      parts.onCall();
    }
  };

  function find(path: string, method: string) {
    for (const { route, pattern } of table) {
      const match = route.method === method ? pattern.exec(path) : null;
      if (!match) continue;
      const params = Object.entries(match.groups ?? {}).map(([k, v]) => [k, decodeURIComponent(v)]);
      return { route, params: Object.fromEntries(params) as Record<string, string> };
    }
    return undefined;
  }

  async function answer(
    hit: ReturnType<typeof find>,
    request: Omit<Request, 'params'>,
    incoming: IncomingMessage,
    call: Call,
    fault: Fault | undefined,
  ): Promise<Reply> {
    if (limits.banned) return { status: 429, body: 'error code: 1015' };
    if (fault?.kind === 'error') return { status: 502, body: 'Bad Gateway' };
    if (fault?.kind === 'rateLimit') return tooMany(fault.ms, {}, false);
    if (!hit) return failure(refuse.notFound());
    const { route, params } = hit;
    const taken = limits.take(
      `${route.method} ${route.path}`,
      Object.values(params)[route.interaction ? 1 : 0] ?? '',
      route.quota,
      route.interaction === true,
      fault?.kind !== 'lost',
    );
    if (taken.retryAfterMs !== undefined) {
      if (taken.untold) call.untold = true;
      return tooMany(taken.retryAfterMs, taken.headers, taken.global === true);
    }
    try {
      const authorized = incoming.headers.authorization === `Bot ${parts.token}`;
      if (!route.interaction && !authorized) throw refuse.unauthorized();
      const body = await route.handle({ ...request, params });
      return { status: body === undefined ? 204 : 200, headers: taken.headers, body };
    } catch (error) {
      if (error instanceof ApiError) return { ...failure(error), headers: taken.headers };
      throw error;
    }
  }
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
}

function tooMany(ms: number, headers: Record<string, string>, global: boolean): Reply {
  const seconds = ms / 1000;
  return {
    status: 429,
    headers: {
      ...headers,
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset-after': seconds.toFixed(3),
      'retry-after': String(Math.ceil(seconds * 1000) / 1000),
      ...(global ? { 'x-ratelimit-global': 'true' } : { 'x-ratelimit-scope': 'user' }),
    },
    body: { message: 'You are being rate limited.', retry_after: seconds, global },
  };
}

function failure(error: ApiError): Reply {
  return {
    status: error.status,
    body: {
      code: error.code,
      message: error.message,
      ...(error.errors ? { errors: error.errors } : {}),
    },
  };
}

function send(response: ServerResponse, { status, headers = {}, body }: Reply): void {
  if (body === undefined) return void response.writeHead(status, headers).end();
  const isText = typeof body === 'string';
  response.writeHead(status, { ...headers, 'content-type': isText ? 'text/plain' : 'application/json' });
  response.end(isText ? body : JSON.stringify(body));
}

async function bodyOf(incoming: IncomingMessage): Promise<{ body: unknown; files: FakeFile[] }> {
  const type = incoming.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) {
    const json = await text(incoming);
    return { body: json ? JSON.parse(json) : undefined, files: [] };
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Uint8Array);
  const form = await new Response(Buffer.concat(chunks), { headers: { 'content-type': type } }).formData();
  const files: FakeFile[] = [];
  for (const value of form.values()) {
    if (typeof value === 'string') continue;
    files.push({ name: value.name, data: new Uint8Array(await value.arrayBuffer()) });
  }
  return { body: JSON.parse(String(form.get('payload_json') ?? '{}')), files };
}
