import { statSync } from 'node:fs';
import { readGgufFileInfo } from 'node-llama-cpp';

/** What is read from memory for one token of one story. */
export interface ModelBytes {
  weights: number;
  /** Keys and values of each token that the story has so far, two bytes a number. */
  statePerToken: number;
}

export async function modelBytes(path: string): Promise<ModelBytes> {
  const { fullTensorInfo = [], architectureMetadata } = await readGgufFileInfo(path, {
    sourceType: 'filesystem',
  });
  const tensors = fullTensorInfo
    .map(({ name, fileOffset }) => ({ name, from: Number(fileOffset) }))
    .sort((a, b) => a.from - b.from);
  const sizeOf = (at: number) => (tensors[at + 1]?.from ?? statSync(path).size) - (tensors[at]?.from ?? 0);
  // Of this table only a row is read, unless it is the last layer too.
  const tableApart = tensors.some(({ name }) => name === 'output.weight');
  const weights = tensors
    .map(({ name }, at) => (tableApart && name === 'token_embd.weight' ? 0 : sizeOf(at)))
    .reduce((sum, size) => sum + size, 0);
  const { attention, embedding_length = 0, block_count = 0 } = architectureMetadata;
  const heads = Number(attention?.head_count ?? 1);
  const stateHeads = Number(attention?.head_count_kv ?? heads);
  return { weights, statePerToken: block_count * 2 * stateHeads * (embedding_length / heads) * 2 };
}
