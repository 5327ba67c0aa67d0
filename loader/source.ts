import { basename, resolve } from 'node:path';
import { bundledModelPath } from '../src/ops/paths.ts';
import { ModelError } from './model-error.ts';

/** Where a model comes from: a file that is here already, or an address and the name that its file gets. */
export type ModelSource = { kind: 'file'; path: string } | { kind: 'download'; url: URL; fileName: string };

/** `hf:user/repo/file.gguf`; the file may be in a folder of the repository. */
const hubFile = /^hf:(?<repo>[\w.-]+\/[\w.-]+)\/(?<file>[\w.\-/]+\.gguf)$/;

/**
 * Reads what `MODEL` is set to: `bundled`, a path, an `https:` address, or `hf:user/repo/file.gguf` at `hubUrl`.
 * @throws {ModelError} when it is none of them
 */
export function parseSource(source: string, hubUrl: string): ModelSource {
  if (source === 'bundled') return { kind: 'file', path: bundledModelPath };
  if (source.startsWith('hf:')) {
    const { repo, file } = hubFile.exec(source)?.groups ?? {};
    if (!repo || !file || file.split('/').includes('..')) {
      throw new ModelError(
        `MODEL can't be "${source}": write hf:user/repo/file.gguf, with the file's full name as the hub lists it.`,
      );
    }
    return {
      kind: 'download',
      url: new URL(`${hubUrl}/${repo}/resolve/main/${file}`),
      fileName: basename(file),
    };
  }
  if (/^https?:/i.test(source)) {
    const url = URL.canParse(source) ? new URL(source) : undefined;
    const fileName = url ? basename(decodeURIComponent(url.pathname)) : '';
    if (!url || !/^[\w. -]+$/.test(fileName) || fileName.startsWith('.')) {
      throw new ModelError(`MODEL can't be "${source}": the address must end with the name of a GGUF file.`);
    }
    return { kind: 'download', url, fileName };
  }
  return { kind: 'file', path: resolve(source) };
}
