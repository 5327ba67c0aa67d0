import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundledModelPath } from '../src/ops/paths.ts';
import { parseSource } from './source.ts';

const hub = 'https://huggingface.co';

describe('parseSource', () => {
  it('reads what MODEL may be', () => {
    expect(parseSource('bundled', hub)).toEqual({ kind: 'file', path: bundledModelPath });
    expect(parseSource('./my.gguf', hub)).toEqual({ kind: 'file', path: resolve('my.gguf') });
    expect(parseSource('hf:deniskirbaba/tinyllama-110M-F16-GGUF/tinyllama-110M-F16.gguf', hub)).toEqual({
      kind: 'download',
      url: new URL(`${hub}/deniskirbaba/tinyllama-110M-F16-GGUF/resolve/main/tinyllama-110M-F16.gguf`),
      fileName: 'tinyllama-110M-F16.gguf',
    });
    expect(parseSource('hf:user/repo/folder/a.gguf', 'http://mirror/hf')).toEqual({
      kind: 'download',
      url: new URL('http://mirror/hf/user/repo/resolve/main/folder/a.gguf'),
      fileName: 'a.gguf',
    });
    expect(parseSource('https://example.org/a%20b.gguf?key=1', hub)).toMatchObject({ fileName: 'a b.gguf' });
  });

  it.each([
    'hf:user/repo',
    'hf:user/repo/model.bin',
    'hf:user/repo/../../x.gguf',
    'https://example.org/',
    'https://example.org/..%2f..%2fetc%2fpasswd%00',
    'https://',
    'https://example.org/100%.gguf',
    'hf:user/repo/model-00001-of-00003.gguf',
    'https://example.org/model-00002-of-00003.gguf',
  ])('refuses %s in a sentence', (source) => {
    expect(() => parseSource(source, hub)).toThrow(/^MODEL can't be .*\.$/);
  });

  it('takes a model that is all of its parts', () => {
    const whole = 'hf:user/repo/model-00001-of-00001.gguf';
    expect(parseSource(whole, hub)).toMatchObject({ fileName: 'model-00001-of-00001.gguf' });
  });

  it('does not repeat what is secret in an address', () => {
    const source = 'https://me:hidden@example.org/?key=hidden';
    expect(() => parseSource(source, hub)).toThrow(/^MODEL can't be "https:\/\/example\.org\/"/);
  });
});
