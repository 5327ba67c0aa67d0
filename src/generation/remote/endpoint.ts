import type { lookup } from 'node:dns';
import { Agent, type Dispatcher, request } from 'undici';
import { anyAddress } from './any-address.ts';

interface EndpointOptions {
  /** With or without `/v1` at its end. */
  url: string;
  apiKey: string | undefined;
  /** How its name is looked up; as the system does when unset. */
  resolve?: typeof lookup;
}

const connectMs = 10_000;
const describeMs = 10_000;

/** Where a service is, and how to speak to it. */
export class Endpoint {
  readonly url: string;
  private readonly headers: Record<string, string>;
  private readonly agent: Agent;

  constructor({ url, apiKey, resolve }: EndpointOptions) {
    this.url = url.replace(/\/+$/, '').replace(/\/v1$/, '');
    this.agent = new Agent({
      connect: { timeout: connectMs, lookup: anyAddress(resolve) },
      // No connection is kept for long: the next text may go to another generator of that name.
      keepAliveTimeout: 1,
      keepAliveMaxTimeout: 1,
      // How long a text may take is watched by whoever reads it: a slow CPU is no fault.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.headers = apiKey ? { authorization: `Bearer ${apiKey}` } : {};
  }

  get(path: string, stop?: AbortSignal): Promise<Dispatcher.ResponseData> {
    const { agent: dispatcher, headers } = this;
    const late = AbortSignal.timeout(describeMs);
    const signal = stop ? AbortSignal.any([stop, late]) : late;
    return request(this.url + path, { dispatcher, headers, signal });
  }

  post(
    path: string,
    body: object,
    extraHeaders: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    return request(this.url + path, {
      method: 'POST',
      dispatcher: this.agent,
      headers: { ...this.headers, ...extraHeaders, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
  }
}
