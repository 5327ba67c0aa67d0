import { dirname } from 'node:path';
import { download, type Tools } from './download.ts';
import type { WantedModel } from './ensure-model.ts';
import { checkGguf } from './gguf.ts';
import { diskError, ModelError } from './model-error.ts';
import { PartFile } from './part-file.ts';
import { checkSum, removeRecord, renameDurably, sha256Of, writeRecord } from './record.ts';
import { shown } from './source.ts';

/**
 * Brings the model at `url` to `path`, by way of a part beside it that survives a kill, and checks it before it gets
 * its name.
 * @throws {ModelError} when it can't be had
 */
export async function fetchModel(url: URL, path: string, wanted: WantedModel, tools: Tools): Promise<void> {
  const { source, sha256: given } = wanted;
  const hub = { url: wanted.hubUrl, token: wanted.hubToken };
  const part = await PartFile.open(`${path}.part`, source);
  tools.logger.info({ from: shown(url), to: path, done: part.length }, 'Loading the model');
  try {
    await download({ url, hub, source, sha256: given }, part, tools);
    await part.flush();
    tools.logger.info({ bytes: part.length }, 'Checking the model');
    const found = await verify(part, url, tools.signal);
    await removeRecord(path);
    await renameDurably(part.path, path);
    await part.forgetRecord();
    await writeRecord(path, source, found);
    tools.logger.info({ path, bytes: part.length, sha256: found }, 'The model is there');
  } catch (error) {
    if (error instanceof ModelError || tools.signal.aborted) throw error;
    throw diskError(error, dirname(path));
  } finally {
    await part.close();
    if (part.length === 0) await part.discard();
  }
}

/** Checks a part that is complete; one that is wrong is thrown away, so that the next run begins anew. */
async function verify(part: PartFile, url: URL, signal: AbortSignal): Promise<string> {
  try {
    const expected = part.record?.sha256;
    const found = expected
      ? await checkSum(part.path, shown(url), expected, signal)
      : await sha256Of(part.path, signal);
    await checkGguf(part.path, shown(url));
    return found;
  } catch (error) {
    if (error instanceof ModelError) await part.discard();
    throw error;
  }
}
