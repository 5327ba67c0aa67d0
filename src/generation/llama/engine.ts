import {
  GgufInsights,
  getLlama,
  type Llama,
  type LlamaContext,
  LlamaLogLevel,
  type LlamaModel,
} from 'node-llama-cpp';
import type { Logger } from '../../ops/logger.ts';
import { memoryLimit } from '../../ops/memory.ts';
import { availableCores } from '../threads/cores.ts';
import { ThreadGovernor } from '../threads/governor.ts';
import { chooseThreads } from './choose-threads.ts';
import { checkGguf, ModelFileError } from './gguf.ts';
import { type Native, openNative } from './native.ts';
import { checkRoom, contextBytes } from './room.ts';

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
  close(): Promise<void>;
}

const usualContext = 4096;
const mostParallel = 16;
/** Prompts are read in pieces of at most so many tokens, so that stories being written wait less for them. */
const batchSize = 256;
/** The share of the free memory that the stories' state may take when their number is ours to choose. */
const memoryShare = 0.25;

/**
 * Loads a model.
 * @throws {ModelFileError} when the file can't be used or does not fit into memory
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { modelPath, logger } = options;
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
    const model = await loading(llama, modelPath);
    const contextLength = Math.min(options.context || usualContext, model.trainContextSize || usualContext);
    const parallel =
      options.parallel === 'auto' ? await chooseParallel(llama, model, contextLength) : options.parallel;
    const threads = options.threads === 'auto' ? Math.min(cores, llama.cpuMathCores) : options.threads;
    const most = Math.max(1, Math.min(threads, cores));
    const context = await creating(model, { contextLength, parallel, threads: most });
    const native = openNative(context, model);
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
      async close() {
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

async function loading(llama: Llama, modelPath: string): Promise<LlamaModel> {
  try {
    return await llama.loadModel({
      modelPath,
      gpuLayers: 0,
      // Memory of the process itself can have large pages, a mapped file can't.
      useMmap: false,
      ignoreMemorySafetyChecks: true,
    });
  } catch (error) {
    const cause = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new ModelFileError(
      `The model ${modelPath} can't be loaded (${cause}); download it again, or set MODEL to another one.`,
    );
  }
}

interface ContextShape {
  contextLength: number;
  parallel: number;
  threads: number;
}

async function creating(model: LlamaModel, shape: ContextShape): Promise<LlamaContext> {
  try {
    return await model.createContext({
      sequences: shape.parallel,
      contextSize: shape.contextLength,
      batchSize: Math.max(batchSize, shape.parallel),
      threads: shape.threads,
      flashAttention: 'auto',
      // With a sliding window the beginning of a story could not be kept from turn to turn.
      swaFullCache: true,
      ignoreMemorySafetyChecks: true,
      failedCreationRemedy: false,
    });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new ModelFileError(
      `There is no memory for ${shape.parallel} stories of ${shape.contextLength} tokens (${cause}); ` +
        'lower GENERATOR_PARALLEL or GENERATOR_CONTEXT, or set MODEL to a smaller model.',
    );
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
