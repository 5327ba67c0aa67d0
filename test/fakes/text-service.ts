import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AskedFor {
  path: string;
  headers: IncomingMessage['headers'];
  body: {
    prompt?: string;
    messages?: { role: string; content: string }[];
    max_tokens: number;
    [name: string]: unknown;
  };
}

/** What a request is answered with; `write` sends a piece of text. */
export type Answering = (
  answer: {
    response: ServerResponse;
    write(text: string, extra?: object): void;
    finish(reason?: string): void;
  },
  asked: AskedFor,
) => void;

/** A text service in somebody else's make: it answers requests, one after another, as it is told to. */
export class FakeTextService {
  readonly asked: AskedFor[] = [];
  /** The last one answers all that follow. */
  answers: Answering[] = [];
  models: object = { data: [{ id: 'acme/teller-7b-instruct', max_model_len: 2048 }] };
  props: object | undefined;
  private readonly server = createServer((request, response) => void this.handle(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const json = (value: object | undefined) => {
      response.writeHead(value ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value ?? { error: { message: 'Not found' } }));
    };
    if (request.url === '/props') return json(this.props);
    if (request.url === '/v1/models') return json(this.models);
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const asked = { path: request.url ?? '', headers: request.headers, body: JSON.parse(text) };
    this.asked.push(asked);
    const answering = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
    answering?.({ response, ...this.writers(response, asked.path.includes('chat')) }, asked);
  }

  private writers(response: ServerResponse, chat: boolean) {
    const send = (choice: object, extra: object) => {
      if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify({ choices: [{ index: 0, ...choice }], ...extra })}\n\n`);
    };
    return {
      write: (text: string, extra: object = {}) =>
        send(chat ? { delta: { content: text } } : { text }, extra),
      finish: (reason = 'stop') => {
        send({ ...(chat ? { delta: {} } : { text: '' }), finish_reason: reason }, {});
        response.end('data: [DONE]\n\n');
      },
    };
  }
}
