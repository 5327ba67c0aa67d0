import { systemClock } from '../src/ops/clock.ts';
import type { Config } from '../src/ops/config.ts';
import type { Logger } from '../src/ops/logger.ts';
import { namingDraft } from '../src/ops/naming-draft.ts';
import { ensureModel, type WantedModel } from './ensure-model.ts';
import { ModelError } from './model-error.ts';
import { createBar, createLines } from './progress.ts';

export interface LoadedModels {
  modelPath: string;
  /** What `MODEL_DRAFT` names: the path of a draft model, or `lookup`. */
  draft: string | undefined;
}

/**
 * The role `storyteller load-model`: gives the paths of the models that `MODEL` and `MODEL_DRAFT` name, whole and
 * verified. A signal to stop ends it with an error as well, so that nothing that waits for a model starts without it.
 * @throws {ModelError} with a sentence that says what to do
 */
export async function loadModels(config: Config, logger: Logger): Promise<LoadedModels> {
  const stopping = new AbortController();
  const stop = () =>
    stopping.abort(new ModelError('Loading was stopped; the next run goes on from what is there.'));
  process.once('SIGTERM', stop).once('SIGINT', stop);
  const load = async (wanted: WantedModel, name: string) => {
    const onTerminal = config.log.format === 'pretty' && process.stderr.isTTY;
    const progress = onTerminal ? createBar(process.stderr) : createLines(logger, systemClock);
    const { report: onProgress } = progress;
    try {
      const path = await ensureModel(wanted, {
        logger,
        clock: systemClock,
        signal: stopping.signal,
        onProgress,
      });
      logger.info({ path }, `The ${name} is ready`);
      return path;
    } finally {
      progress.end();
    }
  };
  const { model } = config;
  const { draft } = model;
  try {
    const modelPath = await load(model, 'model');
    if (draft === undefined || draft === 'lookup') return { modelPath, draft };
    const wanted = { ...model, source: draft, sha256: undefined };
    return { modelPath, draft: await namingDraft(load(wanted, 'draft model')) };
  } finally {
    process.off('SIGTERM', stop).off('SIGINT', stop);
  }
}
