import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../src/ops/config.ts';
import { megabytes, memoryLimit } from '../src/ops/memory.ts';
import type { Tools } from './download.ts';
import { checkGguf } from './gguf.ts';
import { withLock } from './lock.ts';
import { diskError, ModelError } from './model-error.ts';
import { checkSum, readRecord, sha256Of, writeRecord } from './record.ts';
import { parseSource, shownSource } from './source.ts';

export type WantedModel = Pick<Config['model'], 'source' | 'sha256' | 'dir' | 'hubUrl' | 'hubToken'>;

/**
 * Gives the path of the model that `MODEL` names, once it is there, whole and verified: the bundled one, a file of the
 * owner's, or one that is downloaded into `dir`. A model that is there already is found without the network. Several
 * may run at once on the same folder.
 * @throws {ModelError} when there is no such model or it can't be used
 */
export async function ensureModel(wanted: WantedModel, tools: Tools): Promise<string> {
  const path = await findOrFetch(wanted, tools);
  const { size } = await stat(path);
  const limit = tools.memoryBytes ?? memoryLimit();
  if (size < limit) return path;
  throw new ModelError(
    `The model ${path} has ${megabytes(size)}, and only ${megabytes(limit)} of memory are allowed here: raise the memory limit, or set MODEL to a smaller model.`,
  );
}

async function findOrFetch(wanted: WantedModel, tools: Tools): Promise<string> {
  const source = parseSource(wanted.source, wanted.hubUrl);
  if (source.kind === 'file') {
    await checkGguf(source.path);
    if (wanted.sha256) await checkSum(source.path, source.path, wanted.sha256, tools.signal);
    return source.path;
  }
  const path = join(wanted.dir, source.fileName);
  if (await isPresent(path, wanted, tools)) return path;
  await mkdir(wanted.dir, { recursive: true }).catch((error: unknown) => {
    throw diskError(error, wanted.dir);
  });
  return withLock(`${path}.lock`, tools, async (signal) => {
    if (await isPresent(path, wanted, tools)) return path;
    // What speaks HTTP is slow to load, and a model that is there needs none of it.
    const { fetchModel } = await import('./fetch-model.ts');
    await fetchModel(source.url, path, wanted, { ...tools, signal });
    return path;
  });
}

/** True when `path` holds the model that is wanted; says in the log why not, when there is something else. */
async function isPresent(path: string, wanted: WantedModel, { logger, signal }: Tools): Promise<boolean> {
  const file = await stat(path).catch(() => undefined);
  if (!file) return false;
  const record = await readRecord(path);
  if (record && record.source !== wanted.source) {
    logger.warn(
      { path, was: shownSource(record.source) },
      'Another model has this name; it will be replaced',
    );
    return false;
  }
  try {
    await checkGguf(path);
    const unchanged = record?.size === file.size && record.mtimeMs === file.mtimeMs;
    if (unchanged && (!wanted.sha256 || wanted.sha256 === record.sha256)) return true;
    const expected = wanted.sha256 ?? record?.sha256;
    const found = expected ? await checkSum(path, path, expected, signal) : await sha256Of(path, signal);
    logger.info({ path, sha256: found }, 'The model is there already');
    await writeRecord(path, wanted.source, found).catch(() =>
      logger.debug('The folder of models is read-only'),
    );
    return true;
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    logger.warn(`${error.message} It will be replaced.`);
    return false;
  }
}
