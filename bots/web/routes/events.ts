import { PassThrough } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { liveTurnsOf } from '../../../src/storage/story-view.ts';
import { browserOf, platformName } from '../browser.ts';
import type { WebDeps } from '../deps.ts';
import type { LiveEvent } from '../hub.ts';
import { livePart } from '../turn-json.ts';

/** Often enough that no proxy on the way takes the connection for dead. */
const heartbeatMs = 15_000;
/** How soon a browser comes back after the connection broke. */
const retryMs = 1_000;
/** A reader that is this far behind is cut off: it comes back, and begins with a snapshot. */
const maxBacklogBytes = 4_000_000;

/**
 * The live replies as server-sent events. Every connection, and so every reconnection, begins with a snapshot, so
 * that nothing is missed whatever the last event seen was.
 * @returns what ends every connection
 */
export function addEventsRoute(app: FastifyInstance, deps: WebDeps): () => void {
  const connections = new Set<() => void>();

  app.get('/api/events', async (request, reply) => {
    const browser = browserOf(request, reply);
    const live = await liveTurnsOf(deps.database, platformName, [browser.id]);
    const stream = new PassThrough();
    stream.write(`retry: ${retryMs}\n\n`);
    const send = (id: string, event: LiveEvent) => {
      if (stream.writableEnded) return;
      if (stream.writableLength + stream.readableLength > maxBacklogBytes) stream.destroy();
      else stream.write(`id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event.data)}\n\n`);
      // Whoever was forgotten is another browser from now on: its tabs come back as that one.
      if (event.type === 'changed' && event.data.isCleared) stream.end();
    };
    const parts = live.map(({ turn }) => livePart(turn, browser.locale));
    const unsubscribe = deps.hub.subscribe(browser.id, parts, send);
    const heartbeat = setInterval(() => stream.write(': still here\n\n'), heartbeatMs);
    const end = () => stream.end();
    connections.add(end);
    stream.on('close', () => {
      clearInterval(heartbeat);
      connections.delete(end);
      unsubscribe();
    });
    return reply
      .headers({ 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' })
      .send(stream);
  });

  return () => {
    for (const end of connections) end();
  };
}
