import { expect, it } from 'vitest';
import { GeneratorMetrics } from './service-metrics.ts';

it('counts no first token and nothing read for who left the queue', async () => {
  const metrics = new GeneratorMetrics(() => ({ waiting: 0, writing: 0 }));
  const timings = { queuedMs: 900, firstTokenMs: 0, totalMs: 900 };
  metrics.sawEnd({
    type: 'end',
    reason: 'abort',
    usage: { promptTokens: 500, completionTokens: 0 },
    timings,
  });
  const left = await metrics.registry.metrics();
  expect(left).toContain('storyteller_generator_texts_total{reason="abort"} 1');
  expect(left).toContain('storyteller_generator_first_token_seconds_count 0');
  expect(left).not.toContain('storyteller_generator_tokens_total{kind="read"}');
  metrics.sawEnd({
    type: 'end',
    reason: 'abort',
    usage: { promptTokens: 500, completionTokens: 1 },
    timings,
  });
  const written = await metrics.registry.metrics();
  expect(written).toContain('storyteller_generator_first_token_seconds_count 1');
  expect(written).toContain('storyteller_generator_tokens_total{kind="read"} 500');
});
