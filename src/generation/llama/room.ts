import type { GgufInsights } from 'node-llama-cpp';
import { megabytes, memoryLimit } from '../../ops/memory.ts';
import { ModelFileError } from './gguf.ts';

export interface Shape {
  contextLength: number;
  /** Stories at once. */
  sequences: number;
  batchSize: number;
}

/**
 * What the process takes beside the model's weights and the stories' state. Measured: 105 MB with the bundled model,
 * 140 MB with one of 110 M parameters, whose weights are repacked for the CPU.
 */
const processBytes = 150 * 1024 ** 2;

/** Bytes of the stories' state and the buffers for computing. */
export async function contextBytes(insights: GgufInsights, shape: Shape): Promise<number> {
  const { cpuRam } = await insights.estimateContextResourceRequirementsV2({
    contextSize: shape.contextLength,
    sequences: shape.sequences,
    batchSize: shape.batchSize,
    modelGpuLayers: 0,
    flashAttention: 'auto',
    swaFullCache: true,
  });
  return cpuRam;
}

/** Bytes that a model takes: its weights, the stories' state and the buffers. */
export async function modelBytes(insights: GgufInsights, shape: Shape): Promise<number> {
  const weights = insights.estimateModelResourceRequirements({ gpuLayers: 0 }).cpuRam;
  return weights + (await contextBytes(insights, shape));
}

/**
 * Makes sure that a model and its stories fit into the memory that this process may have, so that it is refused here
 * and not killed later.
 * @throws {ModelFileError} when they don't
 */
export async function checkRoom(
  insights: GgufInsights,
  modelPath: string,
  shape: Shape,
  limit = memoryLimit(),
): Promise<void> {
  const needed = (await modelBytes(insights, shape)) + processBytes;
  if (needed <= limit) return;
  const stories = shape.sequences === 1 ? 'one story' : `${shape.sequences} stories`;
  throw new ModelFileError(
    `The model ${modelPath} needs about ${megabytes(needed)} for ${stories} of ${shape.contextLength} tokens, and only ` +
      `${megabytes(limit)} are allowed here: raise the memory limit, lower GENERATOR_PARALLEL or GENERATOR_CONTEXT, ` +
      'or set MODEL to a smaller model.',
  );
}
