import type { LlamaContext, LlamaModel } from 'node-llama-cpp';
import type { SamplingOptions } from '../options.ts';

/**
 * The batch level of node-llama-cpp. Its public `sequence.evaluate()` forms batches by chance and costs several
 * promises and locks a token; driven directly, all stories go in lockstep and the texts are the same. These members
 * are internal to the library, which is why its version is pinned and {@link openNative} checks for each of them.
 */
interface AddonContext {
  initBatch(tokens: number): void;
  addToBatch(sequence: number, position: number, tokens: Uint32Array, outputs: Uint32Array): Uint32Array;
  decodeBatch(): Promise<void>;
  sampleToken(output: number, sampler: AddonSampler): Promise<number>;
  removeTokenCellsFromSequence(sequence: number, start: number, end: number): boolean;
  disposeSequence(sequence: number): void;
  setThreads(threads: number): void;
}

interface AddonSampler {
  applyConfig(config: object): void;
  dispose(): void;
}

interface Internals {
  context: { _ctx?: AddonContext };
  model: { _model?: object };
  llama: { _bindings?: { AddonSampler?: new (model: object) => AddonSampler } };
}

const contextMembers = [
  'initBatch',
  'addToBatch',
  'decodeBatch',
  'sampleToken',
  'removeTokenCellsFromSequence',
  'disposeSequence',
  'setThreads',
] as const;

/** What is needed of llama.cpp to write several texts in lockstep. */
export interface Native extends AddonContext {
  /** A sampler with a state of its own; it must be disposed of. */
  createSampler(options: Omit<SamplingOptions, 'maxTokens' | 'stop'>): AddonSampler;
}

export type Sampler = AddonSampler;

/** llama.cpp takes this seed to mean "a random one" (`LLAMA_DEFAULT_SEED`). */
const randomSeed = 0xffffffff;

/** @throws when this version of node-llama-cpp has no such members */
export function openNative(context: LlamaContext, model: LlamaModel): Native {
  const addon = (context as unknown as Internals['context'])._ctx;
  const addonModel = (model as unknown as Internals['model'])._model;
  const Sampler = (model.llama as unknown as Internals['llama'])._bindings?.AddonSampler;
  const missing = contextMembers.filter((name) => typeof addon?.[name] !== 'function');
  if (!addon || !addonModel || !Sampler || missing.length > 0)
    throw new Error(`This version of node-llama-cpp can't be driven by batches (${missing.join(', ')})`);
  return {
    initBatch: addon.initBatch.bind(addon),
    addToBatch: addon.addToBatch.bind(addon),
    decodeBatch: addon.decodeBatch.bind(addon),
    sampleToken: addon.sampleToken.bind(addon),
    removeTokenCellsFromSequence: addon.removeTokenCellsFromSequence.bind(addon),
    disposeSequence: addon.disposeSequence.bind(addon),
    setThreads: addon.setThreads.bind(addon),
    createSampler({ temperature, topK, topP, minP, seed }) {
      const sampler = new Sampler(addonModel);
      const fixedSeed = seed === randomSeed ? randomSeed - 1 : seed;
      sampler.applyConfig({ temperature, topK, topP, minP, seed: fixedSeed, repeatPenaltyMaxTokens: 64 });
      return sampler;
    },
  };
}

/** Any token will do. */
const anyToken = 1;

/** Whether a sequence can forget its last token: that of a recurrent model can't. For a context that holds nothing yet. */
export async function canGoBack(native: Native): Promise<boolean> {
  native.initBatch(2);
  native.addToBatch(0, 0, Uint32Array.of(anyToken, anyToken), Uint32Array.of(1));
  await native.decodeBatch();
  const can = native.removeTokenCellsFromSequence(0, 1, -1);
  native.disposeSequence(0);
  return can;
}
