import { createParser } from 'eventsource-parser';
import type { LiveEvent } from '../../bots/web/hub.ts';

export interface Answer<T> {
  status: number;
  headers: Headers;
  json: T;
}

/** A browser as the server sees it: a cookie, and requests. */
export class WebBrowser {
  private readonly url: string;
  private readonly cookies = new Map<string, string>();
  private readonly streams: AbortController[] = [];

  constructor(url: string) {
    this.url = url;
  }

  /** Who it is to the server; known once it has asked for something. */
  get id(): string {
    return this.cookies.get('storyteller')?.split('.')[0] ?? '';
  }

  /** The same browser at another address of the page. */
  at(url: string): WebBrowser {
    const browser = new WebBrowser(url);
    for (const [name, value] of this.cookies) browser.cookies.set(name, value);
    return browser;
  }

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.cookie) headers.set('cookie', this.cookie);
    const response = await fetch(new URL(path, this.url), { ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split('; ');
      const at = pair.indexOf('=');
      if (
        attributes.some(
          (attribute) => attribute.startsWith('Max-Age=0') || /^Expires=Thu, 01 Jan 1970/.test(attribute),
        )
      ) {
        this.cookies.delete(pair.slice(0, at));
      } else this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  }

  async get<T>(path: string, headers: Record<string, string> = {}): Promise<Answer<T>> {
    return answerOf<T>(await this.request(path, { headers }));
  }

  async post<T>(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Answer<T>> {
    const raw = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    return answerOf<T>(
      await this.request(path, {
        method: 'POST',
        body: raw,
        headers: { 'content-type': 'application/json', ...headers },
      }),
    );
  }

  /** Opens the live connection; resolves when its snapshot is there. */
  async listen(onEvent: (event: LiveEvent, id: string | undefined) => void): Promise<void> {
    const stream = new AbortController();
    this.streams.push(stream);
    const response = await this.request('/api/events', { signal: stream.signal });
    await new Promise<void>((resolve, reject) => {
      const parser = createParser({
        onEvent({ event = '', data, id }) {
          onEvent({ type: event, data: JSON.parse(data) } as LiveEvent, id);
          resolve();
        },
      });
      const read = async () => {
        const decoder = new TextDecoder();
        for await (const chunk of response.body ?? []) parser.feed(decoder.decode(chunk, { stream: true }));
      };
      read().then(resolve, reject);
    });
  }

  close(): void {
    for (const stream of this.streams) stream.abort();
  }
}

async function answerOf<T>(response: Response): Promise<Answer<T>> {
  return { status: response.status, headers: response.headers, json: (await response.json()) as T };
}
