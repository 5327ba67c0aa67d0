import { basename, resolve } from 'node:path';
import querystring from 'node:querystring';
import { bundledModelPath } from '../src/ops/paths.ts';
import { ModelError } from './model-error.ts';

/** Where a model comes from: a file that is here already, or an address and the name that its file gets. */
export type ModelSource = { kind: 'file'; path: string } | { kind: 'download'; url: URL; fileName: string };

/** An address without what may be secret in it: a password, a signed query. */
export function shown(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/** The same of what `MODEL` may be set to. */
export function shownSource(source: string): string {
  return isAddress(source) && URL.canParse(source) ? shown(new URL(source)) : source;
}

const isAddress = (source: string) => /^https?:/i.test(source);

/** One file of several; llama.cpp would ask for the others beside it. */
const oneOfMany = /-\d{5}-of-(?!00001)\d{5}\.gguf$/;

/** `hf:user/repo/file.gguf`; the file may be in a folder of the repository. */
const hubFile = /^hf:(?<repo>[\w.-]+\/[\w.-]+)\/(?<file>[\w.\-/]+\.gguf)$/;

/**
 * Reads what `MODEL` is set to: `bundled`, a path, an `https:` address, or `hf:user/repo/file.gguf` at `hubUrl`.
 * @throws {ModelError} when it is none of them
 */
export function parseSource(source: string, hubUrl: string): ModelSource {
  const refuse = (why: string) => new ModelError(`MODEL can't be "${shownSource(source)}": ${why}.`);
  if (source === 'bundled') return { kind: 'file', path: bundledModelPath };
  if (source.startsWith('hf:')) {
    const { repo, file } = hubFile.exec(source)?.groups ?? {};
    if (!repo || !file || file.split('/').includes('..')) {
      throw refuse("write hf:user/repo/file.gguf, with the file's full name as the hub lists it");
    }
    return whole(new URL(`${hubUrl}/${repo}/resolve/main/${file}`), basename(file));
  }
  if (isAddress(source)) {
    const url = URL.canParse(source) ? new URL(source) : undefined;
    const fileName = basename(querystring.unescape(url?.pathname ?? ''));
    if (!url || !/^[\w. -]+$/.test(fileName) || fileName.startsWith('.')) {
      throw refuse('the address must end with the name of a GGUF file');
    }
    return whole(url, fileName);
  }
  return { kind: 'file', path: resolve(source) };

  function whole(url: URL, fileName: string): ModelSource {
    if (!oneOfMany.test(fileName)) return { kind: 'download', url, fileName };
    throw refuse(
      'it is one part of a model; take a file that is whole, or join the parts with llama-gguf-split and set MODEL to its path',
    );
  }
}
