import type { ChangedEvent, DeltaEvent, SnapshotEvent } from './protocol.ts';

export interface LiveHandlers {
  snapshot(event: SnapshotEvent): void;
  /** @returns false when something was missed: the connection is made anew, and begins with a snapshot */
  delta(event: DeltaEvent): boolean;
  changed(event: ChangedEvent): void;
  lost(): void;
}

const firstDelayMs = 500;
const longestDelayMs = 5_000;

/**
 * Keeps a connection for live replies, while the page is seen and whatever becomes of the server. A page that nobody
 * sees lets go of its connection: browsers have but six for a server, and every tab would keep one.
 */
export function keepConnected(handlers: LiveHandlers): void {
  let delayMs = firstDelayMs;
  let source: EventSource | undefined;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  function disconnect(): void {
    source?.close();
    source = undefined;
    clearTimeout(waiting);
    waiting = undefined;
  }

  function again(): void {
    disconnect();
    handlers.lost();
    waiting = setTimeout(connect, delayMs);
    delayMs = Math.min(delayMs * 2, longestDelayMs);
  }

  function connect(): void {
    disconnect();
    const opened = new EventSource('/api/events');
    source = opened;
    const on = <T>(type: string, handle: (event: T) => void) =>
      opened.addEventListener(type, (event) => handle(JSON.parse((event as MessageEvent<string>).data) as T));

    on<SnapshotEvent>('snapshot', (event) => {
      delayMs = firstDelayMs;
      handlers.snapshot(event);
    });
    on<DeltaEvent>('delta', (event) => {
      if (!handlers.delta(event)) again();
    });
    on<ChangedEvent>('changed', handlers.changed);
    // The browser's own retry gives up for good on an answer such as a proxy's 502; this one does not.
    opened.addEventListener('error', again);
  }

  document.addEventListener('visibilitychange', () => {
    if (document.hidden) disconnect();
    else connect();
  });
  if (!document.hidden) connect();
}
