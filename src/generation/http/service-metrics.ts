import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { GenerationEvent } from '../generator.ts';

interface Load {
  waiting: number;
  writing: number;
}

const seconds = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300];

/** What the generation service counts, for Prometheus. */
export class GeneratorMetrics {
  readonly registry = new Registry();
  private readonly ended: Counter<'reason'>;
  private readonly tokens: Counter<'kind'>;
  private readonly queueSeconds: Histogram;
  private readonly firstTokenSeconds: Histogram;

  constructor(load: () => Load) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.ended = new Counter({
      name: 'storyteller_generator_texts_total',
      help: 'Texts that ended, by why: stop, length, abort, busy, failed, stalled',
      labelNames: ['reason'],
      registers,
    });
    this.tokens = new Counter({
      name: 'storyteller_generator_tokens_total',
      help: 'Tokens: read from prompts, found in the cache, written',
      labelNames: ['kind'],
      registers,
    });
    this.queueSeconds = new Histogram({
      name: 'storyteller_generator_queue_seconds',
      help: 'Wait for a free slot',
      buckets: seconds,
      registers,
    });
    this.firstTokenSeconds = new Histogram({
      name: 'storyteller_generator_first_token_seconds',
      help: 'From the start of reading to the first token',
      buckets: seconds,
      registers,
    });
    for (const kind of ['waiting', 'writing'] as const)
      new Gauge({
        name: `storyteller_generator_${kind}`,
        help: kind === 'waiting' ? 'Requests in the queue' : 'Texts being written',
        registers,
        collect() {
          this.set(load()[kind]);
        },
      });
  }

  sawEnd({ reason, usage, timings }: Extract<GenerationEvent, { type: 'end' }>): void {
    const cached = usage.cachedTokens ?? 0;
    this.ended.inc({ reason });
    this.queueSeconds.observe(timings.queuedMs / 1000);
    // Who left before the first token, and often out of the queue, had none.
    if (reason === 'abort' && usage.completionTokens === 0) return;
    this.tokens.inc({ kind: 'read' }, usage.promptTokens - cached);
    this.tokens.inc({ kind: 'cached' }, cached);
    this.tokens.inc({ kind: 'written' }, usage.completionTokens);
    this.firstTokenSeconds.observe(timings.firstTokenMs / 1000);
  }

  sawFailure(reason: 'busy' | 'failed' | 'stalled'): void {
    this.ended.inc({ reason });
  }
}
