import type { Logger } from './logger.ts';

/** A clean stop takes no longer; what has not been saved by then is taken up again at the next start. */
const shutdownMs = 9_000;

type Closer = { name: string; close: () => Promise<unknown> };

/** Closes what a process opened, the last first, when it is told to stop. */
export class Shutdown {
  private readonly closers: Closer[] = [];
  private readonly logger: Logger;
  private readonly requested = new AbortController();
  private closing: Promise<void> | undefined;

  constructor(logger: Logger) {
    this.logger = logger;
  }

  /** Aborts as soon as the process is told to stop. */
  get signal(): AbortSignal {
    return this.requested.signal;
  }

  /** Closed before everything that was added earlier. */
  add(name: string, close: () => Promise<unknown>): void {
    this.closers.push({ name, close });
  }

  /** On SIGTERM or SIGINT: closes all, and ends the process with 0; a second signal ends it at once. */
  onSignal(): void {
    const stop = (signal: NodeJS.Signals) => {
      if (this.requested.signal.aborted) process.exit(1);
      this.logger.info({ signal }, 'stopping');
      void this.close().then(() => process.exit(0));
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  }

  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  private async closeAll(): Promise<void> {
    this.requested.abort();
    const late = new Promise<void>((resolve) => setTimeout(resolve, shutdownMs).unref());
    const all = async () => {
      for (const { name, close } of [...this.closers].reverse()) {
        try {
          await close();
        } catch (error) {
          this.logger.error({ error, name }, 'could not close cleanly');
        }
      }
    };
    await Promise.race([all(), late]);
    this.logger.info('stopped');
  }
}
