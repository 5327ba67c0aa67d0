import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { sharedSecret } from '../../src/storage/secrets.ts';
import type { Platform, PlatformContext } from '../platform.ts';
import { platformName } from './browser.ts';
import { LiveHub } from './hub.ts';
import { buildServer, type WebServer } from './server.ts';
import { WebSurface } from './surface.ts';
import { watchOtherWriters } from './watcher.ts';

export interface WebPlatform extends Platform {
  /** Where the page is, once started: `http://127.0.0.1:8501`. */
  readonly url: string;
}

const addressSchema = z.object({ browserId: z.string() });

/** The page in the browser; it needs no token, so there always is one. */
export function createWeb(context: PlatformContext): WebPlatform {
  const { config, logger, database } = context;
  const hub = new LiveHub();
  let server: WebServer | undefined;
  const closing = new AbortController();
  let watching: Promise<void> | undefined;
  let isStopping = false;
  let url = '';

  return {
    name: platformName,
    get url() {
      return url;
    },
    async start() {
      const cookieKey = await sharedSecret(database, 'web-cookies');
      server = await buildServer({ ...context, hub, isStopping: () => isStopping }, cookieKey);
      await listen(server, config.web);
      const { port } = server.app.server.address() as AddressInfo;
      url = urlOf(config.web.host, port);
      watching = watchOtherWriters(hub, context, closing.signal);
      logger.info({ url }, `the page is ready at ${url}`);
    },
    async stop() {
      isStopping = true;
    },
    async close() {
      isStopping = true;
      closing.abort();
      await watching;
      server?.hangUp();
      await server?.app.close();
      server = undefined;
    },
    surface(address, turn) {
      const { browserId } = addressSchema.parse(address.data);
      return new WebSurface(hub, { browserId, turnId: turn.id, storyId: turn.storyId });
    },
    ready: () => server !== undefined && !isStopping,
  };
}

/** @throws with a sentence that says what to do, when the address can't be had */
async function listen({ app }: WebServer, { host, port }: { host: string; port: number }): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const place = `${host}:${port}`;
    const advice: Record<string, string> = {
      EADDRINUSE: `Something else listens on ${place} already: stop it, or set WEB_PORT to another port.`,
      EACCES: `The page may not listen on ${place}: set WEB_PORT to a port above 1023.`,
      EADDRNOTAVAIL: `This machine has no address ${host}: set WEB_HOST to one of its own, or to 0.0.0.0 for all.`,
      ENOTFOUND: `There is no host called ${host}: set WEB_HOST to an address of this machine.`,
    };
    throw new Error(advice[code ?? ''] ?? `The page can’t listen on ${place} (${code}).`, { cause: error });
  }
}

/** The address to open: 0.0.0.0 and :: are every address of this machine, its own among them. */
function urlOf(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
