import type { Logger } from '../../ops/logger.ts';
import { GeneratorUnavailable } from '../generator.ts';
import type { LlamaGenerator } from '../llama/llama-generator.ts';
import { GeneratorMetrics } from './service-metrics.ts';

/** No batch takes so long: llama.cpp hangs, and only a new process helps. */
export const stalledMs = 300_000;

/** What the routes serve, before and after its model is there. */
export class Service {
  /** None while the model is loaded. */
  generator: LlamaGenerator | undefined;
  readonly apiKey: string | undefined;
  readonly logger: Logger;
  readonly metrics: GeneratorMetrics;

  constructor({ apiKey, logger }: { apiKey: string | undefined; logger: Logger }) {
    this.apiKey = apiKey;
    this.logger = logger;
    this.metrics = new GeneratorMetrics(() => this.generator?.load ?? { waiting: 0, writing: 0 });
  }

  /** @throws {GeneratorUnavailable} while the model is loaded */
  ready(): LlamaGenerator {
    if (!this.generator) throw new GeneratorUnavailable('Loading model');
    return this.generator;
  }
}
