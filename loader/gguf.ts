import { open } from 'node:fs/promises';
import { ModelError, systemCode } from './model-error.ts';

/** The header must fit in this; the largest known, with a vocabulary of 256,000 words, takes about 12 MB. */
const maxHeaderBytes = 256 * 1024 * 1024;

/**
 * Makes sure that a file is a whole GGUF: its magic, a version that llama.cpp reads (2 or 3), a header that can be
 * walked to its end, and every tensor's data within the file. Reads the header only.
 * @throws {ModelError} when it is not, or can't be read
 */
export async function checkGguf(path: string, name = path): Promise<void> {
  const handle = await open(path).catch((error: unknown) => {
    const why =
      systemCode(error) === 'ENOENT' ? 'there is no such file' : `it can't be read (${systemCode(error)})`;
    throw new ModelError(`The model ${name} can't be used: ${why}; correct MODEL.`);
  });
  try {
    const { size } = await handle.stat();
    let length = Math.min(size, 256 * 1024);
    for (;;) {
      const header = Buffer.alloc(length);
      const { bytesRead } = await handle.read(header, 0, length, 0).catch((error: unknown) => {
        throw new ModelError(
          `The model ${name} can't be read (${systemCode(error)}); MODEL must name a file.`,
        );
      });
      const end = dataEnd(header.subarray(0, bytesRead), name);
      if (end !== undefined && end <= size) return;
      if (end !== undefined || length === size) {
        throw new ModelError(`The model ${name} is cut short (${size} bytes); delete it and load it again.`);
      }
      if (length >= maxHeaderBytes) throw notGguf(name, 'its header has no end');
      length = Math.min(size, length * 4, maxHeaderBytes);
    }
  } finally {
    await handle.close();
  }
}

function notGguf(name: string, why: string): ModelError {
  return new ModelError(`${name} isn't a model in GGUF form (${why}); MODEL must name a .gguf file.`);
}

/** Where the last tensor's data ends in the file, or `undefined` when `header` stops before the header does. */
function dataEnd(header: Buffer, name: string): number | undefined {
  if (header.length >= 4 && header.toString('latin1', 0, 4) !== 'GGUF') {
    throw notGguf(name, `it begins with ${JSON.stringify(header.toString('latin1', 0, 4))}`);
  }
  try {
    const reader = new HeaderReader(header, 4);
    const version = reader.u32();
    if (version !== 2 && version !== 3) throw notGguf(name, `version ${version}`);
    return reader.tensorsEnd();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    if (error instanceof UnknownType) throw notGguf(name, error.message);
    throw error;
  }
}

class UnknownType extends Error {}

/** Bytes of each of GGUF's metadata types, by number; 8 is a string, 9 an array. */
const scalarBytes: Record<number, number> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};
const stringType = 8;
const arrayType = 9;

/** Elements and bytes of a block of each tensor type that llama.cpp writes (`ggml.h`, `ggml-common.h`). */
const blocks: Record<number, [elements: number, bytes: number]> = {
  ...{ 0: [1, 4], 1: [1, 2], 2: [32, 18], 3: [32, 20], 6: [32, 22], 7: [32, 24], 8: [32, 34], 9: [32, 36] },
  ...{ 10: [256, 84], 11: [256, 110], 12: [256, 144], 13: [256, 176], 14: [256, 210], 15: [256, 292] },
  ...{ 16: [256, 66], 17: [256, 74], 18: [256, 98], 19: [256, 50], 20: [32, 18], 21: [256, 110] },
  ...{ 22: [256, 82], 23: [256, 136], 24: [1, 1], 25: [1, 2], 26: [1, 4], 27: [1, 8], 28: [1, 8] },
  ...{ 29: [256, 56], 30: [1, 2], 34: [256, 54], 35: [256, 66], 39: [32, 17] },
};

/** Walks a GGUF header; Buffer's own RangeError says that more of it is needed. */
class HeaderReader {
  private readonly bytes: Buffer;
  private at: number;
  private alignment = 32;

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  u32(): number {
    const value = this.bytes.readUInt32LE(this.at);
    this.at += 4;
    return value;
  }

  tensorsEnd(): number {
    const tensors = this.u64();
    const pairs = this.u64();
    for (let pair = 0; pair < pairs; pair++) {
      const key = this.text();
      const type = this.u32();
      if (key === 'general.alignment' && type === 4) this.alignment = this.u32();
      else this.skip(type);
    }
    let end = 0;
    for (let tensor = 0; tensor < tensors; tensor++) end = Math.max(end, this.tensorEnd());
    return Math.ceil(this.at / this.alignment) * this.alignment + end;
  }

  private tensorEnd(): number {
    this.text();
    const dimensions = this.u32();
    let elements = 1;
    for (let dimension = 0; dimension < dimensions; dimension++) elements *= this.u64();
    const [perBlock, bytes] = blocks[this.u32()] ?? [1, 0];
    return this.u64() + (elements / perBlock) * bytes;
  }

  private u64(): number {
    const value = Number(this.bytes.readBigUInt64LE(this.at));
    this.at += 8;
    return value;
  }

  private text(): string {
    const length = this.u64();
    this.need(length);
    this.at += length;
    return this.bytes.toString('utf8', this.at - length, this.at);
  }

  private skip(type: number): void {
    const bytes = scalarBytes[type];
    if (bytes !== undefined) this.at += bytes;
    else if (type === stringType) this.text();
    else if (type === arrayType) this.skipArray();
    else throw new UnknownType(`metadata of type ${type}`);
    this.need(0);
  }

  private skipArray(): void {
    const type = this.u32();
    const count = this.u64();
    const bytes = scalarBytes[type];
    if (bytes === undefined) for (let item = 0; item < count; item++) this.skip(type);
    else this.at += bytes * count;
  }

  private need(more: number): void {
    if (this.at + more > this.bytes.length) throw new RangeError('more header is needed');
  }
}
