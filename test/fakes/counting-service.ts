import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** An OpenAI-compatible service that counts on from the last number of the prompt. */
export class CountingService {
  readonly server: Server;
  /** Milliseconds between two words. */
  pace = 20;
  last = 100;
  /** No word beyond this one comes as long as it is set: the middle of a text, however busy the machine is. */
  heldAt: number | undefined;
  /** What was asked for, in order. */
  readonly prompts: string[] = [];

  constructor() {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
  }

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') return this.describe(request, response);
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { prompt } = JSON.parse(body) as { prompt: string };
    this.prompts.push(prompt);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (data: unknown) => response.write(`data: ${JSON.stringify(data)}\n\n`);
    for (let n = Number(prompt.match(/(\d+)\s*$/)?.[1] ?? 0) + 1; n <= this.last; n++) {
      do await delay(this.pace);
      while (n > (this.heldAt ?? n) && !response.destroyed);
      if (response.destroyed) return;
      send({ choices: [{ index: 0, text: ` ${n}`, finish_reason: null }] });
    }
    send({ choices: [{ index: 0, text: '', finish_reason: 'stop' }] });
    response.end('data: [DONE]\n\n');
  }

  private describe(request: IncomingMessage, response: ServerResponse): void {
    const answers: Record<string, unknown> = {
      '/health': { status: 'ok' },
      '/v1/models': { object: 'list', data: [{ id: 'counting', object: 'model' }] },
    };
    const answer = answers[new URL(request.url ?? '', 'http://localhost').pathname];
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { error: { message: 'not found' } }));
  }
}
