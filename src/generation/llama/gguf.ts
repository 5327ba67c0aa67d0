import { type FileHandle, open } from 'node:fs/promises';
import { type GgufFileInfo, readGgufFileInfo } from 'node-llama-cpp';

/** The model file can't be used: the message is one sentence that says what to do. */
export class ModelFileError extends Error {
  override name = 'ModelFileError';
}

/**
 * Reads the head of a GGUF file and checks that all of its tensors can be in the file, before llama.cpp opens it.
 * @throws {ModelFileError} when the file is missing, unreadable, no GGUF, or cut short
 */
export async function checkGguf(path: string): Promise<GgufFileInfo> {
  const size = await readable(path);
  let info: GgufFileInfo;
  try {
    info = await readGgufFileInfo(path, { sourceType: 'filesystem', logWarnings: false });
  } catch {
    throw new ModelFileError(`The model ${path} is cut short or damaged; download it again.`);
  }
  const lastTensor = Math.max(0, ...(info.fullTensorInfo ?? []).map((tensor) => Number(tensor.fileOffset)));
  if (info.splicedParts === 1 && lastTensor >= size)
    throw new ModelFileError(
      `The model ${path} is cut short: it has ${size} bytes and needs more than ${lastTensor}; download it again.`,
    );
  return info;
}

async function readable(path: string): Promise<number> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const stat = await file.stat();
    if (!stat.isFile())
      throw new ModelFileError(`The model ${path} is not a file; set MODEL to a GGUF file.`);
    const head = Buffer.alloc(8);
    await file.read(head, 0, 8, 0);
    if (head.toString('latin1', 0, 4) !== 'GGUF')
      throw new ModelFileError(`The model ${path} is no GGUF file; set MODEL to one that ends in .gguf.`);
    return stat.size;
  } catch (error) {
    if (error instanceof ModelFileError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    const cause = code === 'ENOENT' ? "isn't there" : `can't be read (${code})`;
    throw new ModelFileError(`The model ${path} ${cause}; set MODEL to a GGUF file that can be read.`);
  } finally {
    await file?.close();
  }
}
