import type { Logger } from '../../src/ops/logger.ts';

/** Work that nothing waits for but the end of the process. A failure is one line in the log. */
export class Background {
  private readonly logger: Logger;
  private readonly underWay = new Set<Promise<void>>();

  constructor(logger: Logger) {
    this.logger = logger;
  }

  run(work: () => Promise<unknown>): void {
    const done = this.guard(work).finally(() => this.underWay.delete(done));
    this.underWay.add(done);
  }

  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  private async guard(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.error({ error }, 'Something could not be shown on Telegram');
    }
  }
}
