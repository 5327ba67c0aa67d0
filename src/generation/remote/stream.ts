import { createParser } from 'eventsource-parser';
import type { Clock } from '../../ops/clock.ts';
import { type Chunk, parseChunk } from './chunk.ts';
import type { Endpoint } from './endpoint.ts';
import { failureOf, PassingFault } from './failure.ts';
import type { WireRequest } from './request-body.ts';

/** How long a stream may be silent before it counts as dead. */
export interface Patience {
  /** Until the first byte of the answer's body. */
  firstMs: number;
  /** Between any two bytes. */
  nextMs: number;
}

interface StreamParts {
  endpoint: Endpoint;
  wire: WireRequest;
  headers: Record<string, string>;
  patience: Patience;
  clock: Clock;
  signal: AbortSignal;
}

/**
 * The chunks of one streamed answer.
 * @throws what {@link failureOf} gives, or {@link PassingFault} when the connection fails or falls silent
 */
export async function* streamChunks(parts: StreamParts): AsyncGenerator<Chunk> {
  const watch = new SilenceWatch(parts.clock, parts.patience);
  const signal = AbortSignal.any([parts.signal, watch.signal]);
  try {
    const { endpoint, wire, headers } = parts;
    const answer = await endpoint.post(wire.path, wire.body, headers, signal);
    if (answer.statusCode !== 200)
      throw failureOf(answer.statusCode, answer.headers, await answer.body.text());
    let chunks: Chunk[] = [];
    const parser = createParser({
      onEvent: ({ data }) => {
        const chunk = parseChunk(data);
        if (chunk) chunks.push(chunk);
      },
    });
    const decoder = new TextDecoder();
    for await (const bytes of answer.body) {
      watch.heard();
      parser.feed(decoder.decode(bytes as Uint8Array, { stream: true }));
      yield* chunks;
      chunks = [];
    }
    // The last event may lack its blank line.
    parser.feed('\n\n');
    yield* chunks;
  } catch (error) {
    if (watch.signal.aborted) throw new PassingFault('The generator fell silent');
    throw isNetworkFault(error) ? new PassingFault(`The connection failed (${error.code})`) : error;
  } finally {
    watch.stop();
  }
}

/** Failures of undici and of sockets carry a code; our own errors don't. */
function isNetworkFault(error: unknown): error is Error & { code: string } {
  return error instanceof Error && typeof (error as { code?: unknown }).code === 'string';
}

/** Aborts when nothing is heard for long enough. */
class SilenceWatch {
  private readonly clock: Clock;
  private readonly nextMs: number;
  private readonly silence = new AbortController();
  private readonly stopped = new AbortController();
  private deadline: number;

  constructor(clock: Clock, { firstMs, nextMs }: Patience) {
    this.clock = clock;
    this.nextMs = nextMs;
    this.deadline = clock.now() + firstMs;
    void this.run();
  }

  get signal(): AbortSignal {
    return this.silence.signal;
  }

  heard(): void {
    this.deadline = this.clock.now() + this.nextMs;
  }

  stop(): void {
    this.stopped.abort();
  }

  private async run(): Promise<void> {
    for (;;) {
      // The first byte may bring the deadline nearer.
      const leftMs = Math.min(this.nextMs, this.deadline - this.clock.now());
      await this.clock.sleep(Math.max(1, leftMs), this.stopped.signal);
      if (this.stopped.signal.aborted) return;
      if (this.clock.now() >= this.deadline) return this.silence.abort();
    }
  }
}
