import type { Llama, LlamaContext, LlamaModel } from 'node-llama-cpp';
import { ModelFileError } from './gguf.ts';

/** Prompts are read in pieces of at most so many tokens, so that stories being written wait less for them. */
export const batchSize = 256;

/** @throws {ModelFileError} when llama.cpp refuses the file */
export async function loadModel(llama: Llama, modelPath: string): Promise<LlamaModel> {
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

/** @throws {ModelFileError} when there is no memory for it */
export async function createContext(model: LlamaModel, shape: ContextShape): Promise<LlamaContext> {
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
