import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What a process counts, in Prometheus' form: `registry.metrics()` is the text of `/metrics`. */
export interface Metrics {
  registry: Registry;
  /** Turns that ended, by platform and final state. */
  turns: Counter<'platform' | 'state'>;
  /** Edits and posts sent to a platform, and how they ended: `ok`, `rate_limited`, `failed`. */
  replies: Counter<'platform' | 'call' | 'outcome'>;
  /** Seconds from the command to the first text that a person saw. */
  firstText: Histogram<'platform'>;
  /** Seconds from the command to the start of writing. */
  queueWait: Histogram<'platform'>;
  /** Turns being written by this process. */
  writing: Gauge<'platform'>;
  tokens: Counter<'platform'>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const buckets = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300];
  return {
    registry,
    turns: new Counter({
      name: 'storyteller_turns_total',
      help: 'Turns that ended',
      labelNames: ['platform', 'state'],
      registers,
    }),
    replies: new Counter({
      name: 'storyteller_reply_calls_total',
      help: 'Posts and edits sent to a platform',
      labelNames: ['platform', 'call', 'outcome'],
      registers,
    }),
    firstText: new Histogram({
      name: 'storyteller_first_text_seconds',
      help: 'From the command to the first visible text',
      labelNames: ['platform'],
      buckets,
      registers,
    }),
    queueWait: new Histogram({
      name: 'storyteller_queue_wait_seconds',
      help: 'From the command to the start of writing',
      labelNames: ['platform'],
      buckets,
      registers,
    }),
    writing: new Gauge({
      name: 'storyteller_turns_writing',
      help: 'Turns being written',
      labelNames: ['platform'],
      registers,
    }),
    tokens: new Counter({
      name: 'storyteller_tokens_total',
      help: 'Tokens written',
      labelNames: ['platform'],
      registers,
    }),
  };
}
