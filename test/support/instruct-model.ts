import { readFileSync, writeFileSync } from 'node:fs';
import { bundledModelPath } from '../../src/ops/paths.ts';

/** GGUF's default alignment of tensors. */
const alignment = 32;
const stringType = 8;
/** Magic, version, number of tensors, number of metadata entries. */
const headLength = 24;
const countOffset = 16;

/**
 * Writes a copy of the bundled model that says of itself that it is an instruct model with this chat template. The
 * entry is made as long as a multiple of the alignment, so that the tensors stay aligned.
 */
export function writeInstructModel(path: string, template: string): void {
  const model = readFileSync(bundledModelPath);
  const head = Buffer.from(model.subarray(0, headLength));
  head.writeBigUInt64LE(head.readBigUInt64LE(countOffset) + 1n, countOffset);
  const key = text('tokenizer.chat_template');
  const bare = key.length + 4 + 8 + Buffer.byteLength(template);
  const comment = `${'{#'.padEnd(alignment * 2 - 2 - (bare % alignment))}#}`;
  const type = Buffer.alloc(4);
  type.writeUInt32LE(stringType);
  writeFileSync(path, Buffer.concat([head, key, type, text(template + comment), model.subarray(headLength)]));
}

/** A string as GGUF has it: its length, then its bytes. */
function text(value: string): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(value)));
  return Buffer.concat([length, Buffer.from(value)]);
}
