import { systemClock } from '../src/ops/clock.ts';
import type { Config } from '../src/ops/config.ts';
import type { Logger } from '../src/ops/logger.ts';
import { ensureModel } from './ensure-model.ts';
import { ModelError } from './model-error.ts';
import { createBar, createLines } from './progress.ts';

/**
 * The role `storyteller load-model`: gives the path of the model that `MODEL` names, whole and verified. A signal
 * to stop ends it with an error as well, so that nothing that waits for the model starts without it.
 * @throws {ModelError} with a sentence that says what to do
 */
export async function loadModel(config: Config, logger: Logger): Promise<string> {
  const stopping = new AbortController();
  const stop = () =>
    stopping.abort(new ModelError('Loading was stopped; the next run goes on from what is there.'));
  process.once('SIGTERM', stop).once('SIGINT', stop);
  const onTerminal = config.log.format === 'pretty' && process.stderr.isTTY;
  const progress = onTerminal ? createBar(process.stderr) : createLines(logger, systemClock);
  try {
    const path = await ensureModel(config.model, {
      logger,
      clock: systemClock,
      signal: stopping.signal,
      onProgress: progress.report,
    });
    logger.info({ path }, 'The model is ready');
    return path;
  } finally {
    progress.end();
    process.off('SIGTERM', stop).off('SIGINT', stop);
  }
}
