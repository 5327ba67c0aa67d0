import { createHash } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault } from './faults.ts';
import { sendFile } from './send-file.ts';

export interface HubRequest {
  host: 'hub' | 'cdn';
  path: string;
  headers: IncomingMessage['headers'];
}

export interface HubFile {
  bytes: Buffer;
  /** Who may read it: everybody, holders of {@link goodToken}, or those whom the owner let in. */
  access?: 'open' | 'private' | 'gated' | undefined;
  /** The checksum that the hub claims; its own when unset. */
  claimedSha256?: string | undefined;
  claimedSize?: number | undefined;
}

export const goodToken = 'hf_goodgoodgoodgood';
/** A valid token whose account was not let in to gated models. */
export const strangerToken = 'hf_strangerstranger';

/**
 * A model hub that answers as Hugging Face does: `/user/repo/resolve/main/file` gives 302 with `x-linked-etag` (the
 * SHA-256), `x-linked-size` and `x-repo-commit`, leading to a server on another origin that knows ranges and has an
 * entity tag of its own; refusals carry `x-error-code`.
 */
export class FakeHub {
  readonly requests: HubRequest[] = [];
  /** Taken in turn by the requests that reach the download server; `undefined` answers well. */
  readonly faults: (Fault | undefined)[] = [];
  /** The same for the hub itself. */
  readonly hubFaults: (Fault | undefined)[] = [];
  private readonly files = new Map<string, HubFile>();
  private readonly hub: Server;
  private readonly cdn: Server;

  private constructor() {
    this.hub = createServer(
      this.recorded('hub', (request, response) => {
        const { status, headers } = this.redirect(request);
        response.writeHead(status, headers).end(status < 400 ? '' : 'no');
      }),
    );
    this.cdn = createServer(this.recorded('cdn', (request, response) => this.serve(request, response)));
  }

  static async start(): Promise<FakeHub> {
    const fake = new FakeHub();
    await Promise.all([listen(fake.hub), listen(fake.cdn)]);
    return fake;
  }

  get url(): string {
    return addressOf(this.hub);
  }

  get cdnUrl(): string {
    return addressOf(this.cdn);
  }

  /** @param name `user/repo/file.gguf` */
  put(name: string, file: HubFile): void {
    this.files.set(name, file);
  }

  requestsTo(host: HubRequest['host']): HubRequest[] {
    return this.requests.filter((request) => request.host === host);
  }

  async stop(): Promise<void> {
    for (const server of [this.hub, this.cdn]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  private recorded(
    host: HubRequest['host'],
    answer: (request: IncomingMessage, response: ServerResponse) => void,
  ): RequestListener {
    return (request, response) => {
      this.requests.push({ host, path: request.url ?? '', headers: request.headers });
      answer(request, response);
    };
  }

  private redirect(request: IncomingMessage): Answer {
    const fault = this.hubFaults.shift();
    if (fault?.kind === 'status') return { status: fault.status, headers: fault.headers ?? {} };
    const name = (request.url ?? '').slice(1).replace('/resolve/main/', '/');
    const file = this.files.get(name);
    const token = request.headers.authorization?.replace('Bearer ', '');
    if (token && token !== goodToken && token !== strangerToken) return { status: 401, headers: {} };
    if (!file) return this.unknown(name, token);
    if (file.access === 'gated' && token !== goodToken) return refusal(token ? 403 : 401, 'GatedRepo');
    if (file.access === 'private' && token !== goodToken) return refusal(401, 'RepoNotFound');
    return {
      status: 302,
      headers: {
        location: `${this.cdnUrl}/blobs/${name}?signature=secret`,
        'x-linked-etag': `"${file.claimedSha256 ?? sha256(file.bytes)}"`,
        'x-linked-size': String(file.claimedSize ?? file.bytes.length),
        'x-repo-commit': '0123456789abcdef0123456789abcdef01234567',
      },
    };
  }

  /** Without a token the hub doesn't tell a private repository from none. */
  private unknown(name: string, token: string | undefined): Answer {
    const repository = name.split('/').slice(0, 2).join('/');
    const exists = [...this.files.keys()].some((key) => key.startsWith(`${repository}/`));
    if (exists) return refusal(404, 'EntryNotFound');
    return refusal(token ? 404 : 401, 'RepoNotFound');
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(request.url ?? '', this.cdnUrl);
    const file = this.files.get(pathname.replace('/blobs/', ''));
    if (file) void sendFile(file.bytes, request, response, this.faults.shift());
    else response.writeHead(404).end();
  }
}

interface Answer {
  status: number;
  headers: Record<string, string>;
}

function refusal(status: number, code: string): Answer {
  return { status, headers: { 'x-error-code': code } };
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
