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

/** Keeps a connection for live replies, for as long as the page is open and whatever becomes of the server. */
export function keepConnected(handlers: LiveHandlers): void {
  let delayMs = firstDelayMs;

  function connect(): void {
    const source = new EventSource('/api/events');
    const again = () => {
      source.close();
      handlers.lost();
      setTimeout(connect, delayMs);
      delayMs = Math.min(delayMs * 2, longestDelayMs);
    };
    const on = <T>(type: string, handle: (event: T) => void) =>
      source.addEventListener(type, (event) => handle(JSON.parse((event as MessageEvent<string>).data) as T));

    on<SnapshotEvent>('snapshot', (event) => {
      delayMs = firstDelayMs;
      handlers.snapshot(event);
    });
    on<DeltaEvent>('delta', (event) => {
      if (!handlers.delta(event)) again();
    });
    on<ChangedEvent>('changed', handlers.changed);
    // The browser's own retry gives up for good on an answer such as a proxy's 502; this one does not.
    source.addEventListener('error', again);
  }

  connect();
}
