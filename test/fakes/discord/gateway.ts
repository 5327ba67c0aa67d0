import { type WebSocket, WebSocketServer } from 'ws';
import type { World } from './world.ts';

/** https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway */
const op = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  resume: 6,
  invalidSession: 9,
  hello: 10,
  ack: 11,
} as const;
const close = {
  unknownOpcode: 4001,
  decodeError: 4002,
  notAuthenticated: 4003,
  authenticationFailed: 4004,
} as const;
const badClose = { rateLimited: 4008, invalidShard: 4010, disallowedIntents: 4014 } as const;

/** GUILD_MEMBERS, GUILD_PRESENCES and MESSAGE_CONTENT: the bot is not approved for them. */
const privilegedIntents = (1 << 1) | (1 << 8) | (1 << 15);
const sendsAMinute = 120;

interface Session {
  id: string;
  shard: [number, number];
  intents: number;
  sequence: number;
  sent: { t: string; d: unknown; s: number }[];
  socket: WebSocket | undefined;
}

interface Frame {
  op: number;
  d: unknown;
}

/** Discord's gateway: sessions that outlive their sockets, and replay what was missed. */
export class Gateway {
  readonly server = new WebSocketServer({ noServer: true });
  readonly sessions: Session[] = [];
  identifies = 0;
  resumes = 0;
  heartbeats = 0;
  /** Milliseconds that HELLO asks for. */
  heartbeatMs = 41_250;
  private readonly world: World;
  private readonly token: string;
  private readonly address: () => string;
  private readonly onChange: () => void;

  constructor(world: World, token: string, address: () => string, onChange: () => void) {
    this.world = world;
    this.token = token;
    this.address = address;
    this.onChange = onChange;
    this.server.on('connection', (socket) => this.greet(socket));
  }

  private greet(socket: WebSocket): void {
    let session: Session | undefined;
    let sends = 0;
    socket.send(JSON.stringify({ op: op.hello, d: { heartbeat_interval: this.heartbeatMs } }));
    socket.on('close', () => {
      if (session?.socket === socket) session.socket = undefined;
      this.onChange();
    });
    socket.on('message', (raw) => {
      sends += 1;
      if (sends > sendsAMinute) return socket.close(badClose.rateLimited);
      const frame = parse(String(raw));
      if (!frame) return socket.close(close.decodeError);
      if (frame.op === op.heartbeat) {
        this.heartbeats += 1;
        socket.send(JSON.stringify({ op: op.ack, d: null }));
      } else if (frame.op === op.identify) {
        session = this.identify(socket, frame.d as Parameters<Gateway['identify']>[1]);
      } else if (frame.op === op.resume) {
        session = this.resume(socket, frame.d as Parameters<Gateway['resume']>[1]);
      } else {
        socket.close(session ? close.unknownOpcode : close.notAuthenticated);
      }
      this.onChange();
    });
  }

  private identify(
    socket: WebSocket,
    asked: { token?: string; intents?: number; shard?: [number, number] },
  ): Session | undefined {
    this.identifies += 1;
    const shard = asked.shard ?? [0, 1];
    if (asked.token !== this.token)
      return void socket.close(close.authenticationFailed, 'Authentication failed.');
    if (shard[0] >= shard[1]) return void socket.close(badClose.invalidShard, 'Invalid shard.');
    const intents = asked.intents ?? 0;
    if (intents & privilegedIntents) {
      return void socket.close(badClose.disallowedIntents, 'Disallowed intent(s).');
    }
    const session: Session = { id: this.world.snowflake(), shard, intents, sequence: 0, sent: [], socket };
    this.sessions.push(session);
    const { bot } = this.world;
    const guilds = [...this.world.guilds.values()].filter(
      (g) => g.installed && shardOf(g.id, shard[1]) === shard[0],
    );
    this.send(session, 'READY', {
      v: 10,
      user: { id: bot.id, username: bot.username, discriminator: '0', avatar: null, bot: true, flags: 0 },
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: this.address(),
      shard,
      application: { id: this.world.applicationId, flags: 0 },
    });
    return session;
  }

  private resume(
    socket: WebSocket,
    asked: { token?: string; session_id?: string; seq?: number },
  ): Session | undefined {
    const session = this.sessions.find((one) => one.id === asked.session_id);
    if (!session || asked.token !== this.token) {
      return void socket.send(JSON.stringify({ op: op.invalidSession, d: false }));
    }
    this.resumes += 1;
    session.socket = socket;
    for (const missed of session.sent.filter(({ s }) => s > (asked.seq ?? 0))) {
      socket.send(JSON.stringify({ op: op.dispatch, ...missed }));
    }
    this.send(session, 'RESUMED', {});
    return session;
  }

  private send(session: Session, t: string, d: unknown): void {
    session.sequence += 1;
    const event = { t, d, s: session.sequence };
    session.sent.push(event);
    session.socket?.send(JSON.stringify({ op: op.dispatch, ...event }));
  }

  /** Sends an event to the shard that a guild belongs to (0 for DMs), now or once it has resumed. */
  dispatch(t: string, d: unknown, guildId?: string): void {
    for (const session of this.sessions) {
      if (shardOf(guildId ?? '0', session.shard[1]) === session.shard[0]) this.send(session, t, d);
    }
  }

  /** Cuts every line; sessions can be resumed. */
  drop(): void {
    for (const { socket } of this.sessions) socket?.terminate();
  }

  /** Ends every session: the client has to identify again. */
  invalidate(): void {
    for (const { socket } of this.sessions.splice(0)) {
      socket?.send(JSON.stringify({ op: op.invalidSession, d: false }));
    }
  }

  get connected(): number {
    return this.sessions.filter((session) => session.socket).length;
  }
}

/** https://discord.com/developers/docs/topics/gateway#sharding */
function shardOf(guildId: string, count: number): number {
  return Number((BigInt(guildId) >> 22n) % BigInt(count));
}

function parse(raw: string): Frame | undefined {
  try {
    return JSON.parse(raw) as Frame;
  } catch {
    return undefined;
  }
}
