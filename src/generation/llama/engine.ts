import { GgufInsights, getLlama, type Llama, LlamaLogLevel, type LlamaModel } from 'node-llama-cpp';
import type { Logger } from '../../ops/logger.ts';
import { memoryLimit } from '../../ops/memory.ts';
import { availableCores } from '../threads/cores.ts';
import { ThreadGovernor } from '../threads/governor.ts';
import { chooseThreads } from './choose-threads.ts';
import { checkGguf } from './gguf.ts';
import type { Guesser } from './guesser.ts';
import { batchSize, createContext, loadModel } from './load.ts';
import { type Native, openNative } from './native.ts';
import { openGuesser } from './open-guesser.ts';
import { checkRoom, contextBytes, modelBytes } from './room.ts';

export interface EngineOptions {
  modelPath: string;
  /** Compute threads; never more than the cores really available. */
  threads: 'auto' | number;
  /** Stories written at once. */
  parallel: 'auto' | number;
  /** Tokens a story; unset: the model's own, at most {@link usualContext}. */
  context?: number | undefined;
  /** Whether libuv's pool has one thread, so that what llama.cpp is given is done in that order. */
  onePoolThread?: boolean;
  /** What guesses the next tokens: the file of a draft model, or `lookup`; unset: nothing does. */
  draft?: string | undefined;
  logger: Logger;
}

/** A model in memory and one context with room for several stories. */
export interface Engine {
  model: LlamaModel;
  native: Native;
  /** Tokens that a prompt and its continuation have together. */
  contextLength: number;
  parallel: number;
  batchSize: number;
  governor: ThreadGovernor;
  onePoolThread: boolean;
  guesser: Guesser | undefined;
  close(): Promise<void>;
}

const usualContext = 4096;
const mostParallel = 16;
/** The share of the free memory that the stories' state may take when their number is ours to choose. */
const memoryShare = 0.25;

/**
 * Loads a model.
 * @throws {ModelFileError} when the file can't be used or does not fit into memory
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { modelPath, draft, logger } = options;
  const file = await checkGguf(modelPath);
  const cores = availableCores();
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads: cores,
    logLevel: LlamaLogLevel.warn,
    logger: (level, message) => {
      const text = message.trim();
      if (level === LlamaLogLevel.error || level === LlamaLogLevel.fatal)
        logger.error({ llama: text }, 'llama.cpp');
      else logger.debug({ llama: text }, 'llama.cpp');
    },
  });
  try {
    const insights = await GgufInsights.from(file, llama);
    await checkRoom(insights, modelPath, {
      contextLength: Math.min(options.context || usualContext, insights.trainContextSize || usualContext),
      sequences: options.parallel === 'auto' ? 1 : options.parallel,
      batchSize,
    });
    const model = await loadModel(llama, modelPath);
    const contextLength = Math.min(options.context || usualContext, model.trainContextSize || usualContext);
    const parallel =
      options.parallel === 'auto' ? await chooseParallel(llama, model, contextLength) : options.parallel;
    const threads = options.threads === 'auto' ? Math.min(cores, llama.cpuMathCores) : options.threads;
    const most = Math.max(1, Math.min(threads, cores));
    const context = await createContext(model, { contextLength, parallel, threads: most });
    const native = openNative(context, model);
    const shape = { contextLength, sequences: parallel, batchSize };
    const guesser =
      draft === undefined
        ? undefined
        : await openGuesser(llama, {
            draft,
            model,
            native,
            contextLength,
            threads: most,
            logger,
            room: memoryLimit() - (await modelBytes(insights, shape)),
          });
    return {
      model,
      native,
      contextLength,
      parallel,
      batchSize: context.batchSize,
      onePoolThread: options.onePoolThread ?? false,
      governor:
        options.threads === 'auto'
          ? await chooseThreads(native, { most, parallel, logger })
          : new ThreadGovernor(
              [most],
              () => most,
              () => {},
            ),
      guesser,
      async close() {
        await guesser?.close();
        // Not left to the library: once this object has been collected, disposing of the rest would wait for it forever.
        await context.dispose();
        await llama.dispose();
      },
    };
  } catch (error) {
    await llama.dispose();
    throw error;
  }
}

async function chooseParallel(llama: Llama, model: LlamaModel, contextLength: number): Promise<number> {
  const needs = (sequences: number) =>
    contextBytes(model.fileInsights, { contextLength, sequences, batchSize });
  const one = await needs(1);
  const two = await needs(2);
  const { free } = await llama.getRamState();
  const fitting = Math.floor((Math.min(free, memoryLimit()) * memoryShare) / Math.max(1, two - one));
  return Math.max(1, Math.min(mostParallel, fitting));
}
