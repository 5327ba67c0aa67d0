import type { GenerationEvent } from './generator.ts';

/**
 * Hands events from whoever writes them to whoever reads them, in order. A slow reader gets what has gathered
 * meanwhile as one piece of text, and only the newest progress.
 */
export class EventQueue implements AsyncIterable<GenerationEvent> {
  private events: GenerationEvent[] = [];
  private failure: unknown;
  private done = false;
  private wake: (() => void) | undefined;

  push(event: GenerationEvent): void {
    if (this.done) return;
    const last = this.events.at(-1);
    if (event.type === 'text' && last?.type === 'text') {
      this.events[this.events.length - 1] = {
        type: 'text',
        text: last.text + event.text,
        tokens: last.tokens + event.tokens,
      };
    } else if (last?.type === event.type) this.events[this.events.length - 1] = event;
    else this.events.push(event);
    if (event.type === 'end') this.done = true;
    this.wake?.();
  }

  /** Events pushed so far are still read; then the reader gets the error. */
  fail(error: unknown): void {
    if (this.done) return;
    this.done = true;
    this.failure = error;
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<GenerationEvent, void, undefined> {
    for (;;) {
      const event = this.events.shift();
      if (event) yield event;
      else if (this.done) {
        if (this.failure !== undefined) throw this.failure;
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
        this.wake = undefined;
      }
    }
  }
}
