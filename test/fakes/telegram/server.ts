import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../src/ops/clock.ts';
import { ChatMethods } from './chats.ts';
import { knownParams } from './checks.ts';
import { type Fault, Faults } from './faults.ts';
import { Floods } from './floods.ts';
import { messageMethods } from './messages.ts';
import { type Params, readParams } from './params.ts';
import { Polling } from './polling.ts';
import { type Call, Transcript } from './transcript.ts';
import { ApiError, badRequest } from './types.ts';
import { World } from './world.ts';

type File = { name: string; data: Buffer } | undefined;

/** A Bot API server that refuses what Telegram refuses, on a clock of the test's. */
export class TelegramServer {
  readonly token = '7000000001:AAF4keT0kenThatN0b0dyMayEverSee-In_Logs';
  readonly world: World;
  readonly polling: Polling;
  readonly chats: ChatMethods;
  readonly faults = new Faults();
  readonly transcript = new Transcript();
  private readonly clock: Clock;
  private readonly messages: ReturnType<typeof messageMethods>;
  private readonly http: Server;

  constructor(clock: Clock) {
    this.clock = clock;
    this.world = new World(clock);
    this.polling = new Polling(clock);
    this.chats = new ChatMethods(this.world);
    this.messages = messageMethods(this.world, new Floods(clock));
    this.http = createServer((request, response) => void this.serve(request, response));
    // A slow machine must not find idle connections closed: resets are the test's to make.
    this.http.keepAliveTimeout = 0;
  }

  /** Listens on `port` of 127.0.0.1; 0 for any. */
  async listen(port = 0): Promise<void> {
    await new Promise<void>((resolve) => this.http.listen(port, '127.0.0.1', resolve));
  }

  /** The root that a bot is pointed at. */
  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    try {
      const body = await readBody(request);
      const [, token, method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? '') ?? [];
      if (token !== this.token) return answer(response, new ApiError(401, 'Unauthorized'));
      const { params, file } = await readParams(body, request.headers['content-type'] ?? '');
      const call = this.transcript.begin(method, params, this.clock.now());
      const hungUp = () => {
        call.status ??= 0;
      };
      gone.signal.addEventListener('abort', hungUp);
      await this.carryOut(call, file, response, gone.signal);
    } catch (error) {
      if (!gone.signal.aborted) answer(response, error);
    }
  }

  private async carryOut(call: Call, file: File, response: ServerResponse, gone: AbortSignal): Promise<void> {
    const fault = this.faults.take(call.method);
    call.injected = fault !== undefined && fault.kind !== 'delay';
    try {
      if (fault) await this.suffer(fault);
      const result = await this.run(call.method, call.params, file, gone);
      if (fault?.kind === 'resetAfter') throw new Reset();
      call.status ??= 200;
      answer(response, result);
    } catch (error) {
      call.status ??= error instanceof ApiError ? error.code : 0;
      if (error instanceof ApiError) call.description = error.message;
      if (error instanceof Reset) response.socket?.resetAndDestroy();
      else answer(response, error);
    }
  }

  private async suffer(fault: Fault): Promise<void> {
    if (fault.kind === 'delay') await this.clock.sleep(fault.ms);
    else if (fault.kind === 'resetBefore') throw new Reset();
    else if (fault.kind === 'error') throw new ApiError(fault.code, fault.description);
    else if (fault.kind === 'tooMany') {
      const { retryAfter } = fault;
      throw new ApiError(429, `Too Many Requests: retry after ${retryAfter}`, { retry_after: retryAfter });
    }
  }

  private run(method: string, params: Params, file: File, gone: AbortSignal): unknown {
    const known = knownParams[method];
    if (!known) throw new ApiError(404, 'Not Found: method not found');
    const unknown = Object.keys(params).find((name) => !known.includes(name));
    if (unknown) throw badRequest(`the fake knows no parameter "${unknown}" of ${method}`);
    if (method === 'getMe') {
      return { ...this.world.bot, can_join_groups: true, can_read_all_group_messages: false };
    }
    if (method === 'getUpdates') return this.polling.getUpdates(params, gone);
    if (method === 'deleteWebhook') return this.polling.deleteWebhook(params);
    if (method in this.messages) return this.messages[method as keyof typeof this.messages](params, file);
    return this.chats[method as 'sendChatAction'](params);
  }
}

class Reset extends Error {}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function answer(response: ServerResponse, outcome: unknown): void {
  const failed = outcome instanceof Error;
  const code = outcome instanceof ApiError ? outcome.code : failed ? 500 : 200;
  const body = !failed
    ? { ok: true, result: outcome }
    : {
        ok: false,
        error_code: code,
        description: outcome.message,
        ...(outcome instanceof ApiError && outcome.parameters ? { parameters: outcome.parameters } : {}),
      };
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
