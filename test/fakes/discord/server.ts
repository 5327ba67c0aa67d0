import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type Clock, systemClock } from '../../../src/ops/clock.ts';
import { Commands } from './commands.ts';
import { Faults } from './faults.ts';
import { Gateway } from './gateway.ts';
import { createHandler, type Route } from './http.ts';
import { Interactions } from './interactions.ts';
import { Limits } from './limits.ts';
import { seen } from './markdown.ts';
import { Messages } from './messages.ts';
import { People } from './people.ts';
import { Transcript } from './transcript.ts';
import { type FakeMessage, World } from './world.ts';

export const fakeToken = 'MTE3.fake-discord.bot-token-0123456789';

interface Options {
  clock?: Clock;
  /** Shards that /gateway/bot recommends. */
  shards?: number;
}

/** A Discord of one's own: REST v10 and gateway over real sockets, as strict as the real one. */
export class FakeDiscord {
  readonly clock: Clock;
  readonly world: World;
  readonly gateway: Gateway;
  readonly commands: Commands;
  readonly interactions: Interactions;
  readonly people: People;
  readonly faults = new Faults();
  readonly transcript = new Transcript();
  private readonly changes = new EventEmitter().setMaxListeners(0);
  private readonly server = createServer();
  private readonly sockets = new Set<Socket>();

  private constructor({ clock = systemClock, shards = 1 }: Options) {
    this.clock = clock;
    const changed = () => void this.changes.emit('change');
    this.world = new World(clock);
    this.gateway = new Gateway(this.world, fakeToken, () => this.gatewayUrl, changed);
    this.commands = new Commands(this.world);
    const messages = new Messages(this.world, clock);
    this.interactions = new Interactions(this.world, messages, clock);
    this.people = new People(this.world, {
      gateway: this.gateway,
      commands: this.commands,
      interactions: this.interactions,
      messages,
    });
    const handler = createHandler({
      routes: [
        ...this.about(shards),
        ...this.commands.routes,
        ...messages.routes,
        ...this.interactions.routes,
      ],
      token: fakeToken,
      clock,
      limits: new Limits(clock),
      faults: this.faults,
      transcript: this.transcript,
      onCall: changed,
    });
    // A slow machine must not find idle connections closed: resets are the test's to make.
    this.server.keepAliveTimeout = 0;
    this.server.on('request', (request, response) => void handler(request, response));
    this.server.on('upgrade', (request, socket, head) => {
      this.gateway.server.handleUpgrade(request, socket, head, (ws) =>
        this.gateway.server.emit('connection', ws, request),
      );
    });
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  static async start(options: Options = {}): Promise<FakeDiscord> {
    const fake = new FakeDiscord(options);
    await new Promise<void>((resolve) => fake.server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  async close(): Promise<void> {
    this.gateway.drop();
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** What DISCORD_API_URL is to be. */
  get apiUrl(): string {
    return `http://127.0.0.1:${this.port}/api`;
  }

  private get gatewayUrl(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  private about(shards: number): Route[] {
    const quota = { limit: 20, windowMs: 1000 };
    const { bot, applicationId } = this.world;
    const get = (path: string, body: () => unknown): Route => ({ method: 'GET', path, quota, handle: body });
    return [
      get('/gateway/bot', () => ({
        url: this.gatewayUrl,
        shards,
        session_start_limit: { total: 1000, remaining: 1000, reset_after: 0, max_concurrency: 16 },
      })),
      get('/users/@me', () => bot),
      get('/applications/@me', () => ({ id: applicationId, name: bot.username, bot })),
    ];
  }

  /** The text of a message as a person sees it. */
  textOf(message: FakeMessage): string {
    return seen(message.content).text;
  }

  /** Resolves with what `look` gives once that is something; looks again after everything that happens. */
  async waitFor<T>(what: string, look: () => T | undefined | false | null): Promise<T> {
    const deadline = AbortSignal.timeout(120_000);
    for (;;) {
      const found = look();
      if (found) return found;
      if (deadline.aborted)
        throw new Error(`Waited in vain for ${what}. The last calls: ${this.lastCalls()}`);
      await new Promise<void>((resolve) => {
        const done = () => {
          this.changes.off('change', done);
          deadline.removeEventListener('abort', done);
          clearTimeout(timer);
          resolve();
        };
        const timer = setTimeout(done, 200);
        this.changes.once('change', done);
        deadline.addEventListener('abort', done, { once: true });
      });
    }
  }

  private lastCalls(): string {
    return JSON.stringify(
      this.transcript.calls
        .slice(-8)
        .map(({ method, path, status, code, body }) => ({ method, path, status, code, body })),
    );
  }
}
