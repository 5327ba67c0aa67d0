import { copyFileSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundledModelPath } from '../src/ops/paths.ts';
import { sha256 } from '../test/fakes/hub/hub.ts';
import { hubName, hubSource, Loading, modelBytes } from '../test/fakes/hub/loading.ts';

let loading: Loading;
beforeEach(async () => {
  loading = await Loading.start();
});
afterEach(() => loading.end());

const wrong = 'f'.repeat(64);

describe('ensureModel', () => {
  it('gives the bundled model without asking anybody', async () => {
    expect(await loading.load({ source: 'bundled' })).toBe(bundledModelPath);
    expect(loading.hub.requests).toEqual([]);
  });

  it('gives a file of the owner’s, checked against MODEL_SHA256', async () => {
    const source = join(loading.dir, 'own.gguf');
    copyFileSync(bundledModelPath, source);
    expect(await loading.load({ source, sha256: sha256(modelBytes) })).toBe(source);
    expect(await loading.refusal({ source, sha256: wrong })).toMatch(
      /wrong SHA-256 .* correct MODEL_SHA256\.$/,
    );
    expect(await loading.refusal({ source: join(loading.dir, 'none.gguf') })).toMatch(
      /there is no such file; correct MODEL\.$/,
    );
  });

  it('loads a hub file through its redirect, and leaves the model and its record only', async () => {
    expect(await loading.load()).toBe(loading.path);
    expect(readFileSync(loading.path).equals(modelBytes)).toBe(true);
    expect(readdirSync(loading.dir).sort()).toEqual(['model.gguf', 'model.gguf.json']);
    expect(JSON.parse(readFileSync(`${loading.path}.json`, 'utf8'))).toMatchObject({
      source: hubSource,
      sha256: sha256(modelBytes),
      size: modelBytes.length,
    });
  });

  it('loads from a plain address', async () => {
    const source = `${loading.hub.cdnUrl}/blobs/tester/stories/model.gguf`;
    expect(await loading.load({ source })).toBe(loading.path);
    expect(loading.hub.requestsTo('hub')).toEqual([]);
  });

  it('finds it the second time without the network', async () => {
    await loading.load({ sha256: sha256(modelBytes) });
    const asked = loading.hub.requests.length;
    expect(await loading.load()).toBe(loading.path);
    expect(await loading.load({ sha256: sha256(modelBytes) })).toBe(loading.path);
    expect(loading.hub.requests).toHaveLength(asked);
  });

  it('takes a file that the owner put there by hand', async () => {
    copyFileSync(bundledModelPath, loading.path);
    expect(await loading.load()).toBe(loading.path);
    expect(loading.hub.requests).toEqual([]);
    expect(readdirSync(loading.dir).sort()).toEqual(['model.gguf', 'model.gguf.json']);
  });

  it('replaces a file that was cut short, changed, or is another model', async () => {
    writeFileSync(loading.path, modelBytes.subarray(0, 1_000_000));
    await loading.load();
    expect(loading.log).toMatch(/cut short .*It will be replaced/);
    expect(statSync(loading.path).size).toBe(modelBytes.length);

    const changed = Buffer.from(modelBytes);
    changed.writeUInt8(changed.readUInt8(changed.length - 9) ^ 1, changed.length - 9);
    writeFileSync(loading.path, changed);
    await loading.load();
    expect(loading.log).toMatch(/wrong SHA-256/);
    expect(readFileSync(loading.path).equals(modelBytes)).toBe(true);

    loading.hub.put('other/stories/model.gguf', { bytes: modelBytes });
    await loading.load({ source: 'hf:other/stories/model.gguf' });
    expect(loading.log).toMatch(/Another model has this name/);
    expect(JSON.parse(readFileSync(`${loading.path}.json`, 'utf8')).source).toBe(
      'hf:other/stories/model.gguf',
    );
  });

  it('says nothing of what is secret in an address', async () => {
    const source = `${loading.hub.cdnUrl}/blobs/${hubName}?key=`;
    await loading.load({ source: `${source}hidden` });
    await loading.load({ source: `${source}another` });
    expect(loading.log).toMatch(/Another model has this name/);
    expect(loading.log).not.toMatch(/hidden|another(?! model)/);
  });

  it('reads a file whose time changed once more, and keeps it when it is the same', async () => {
    await loading.load();
    const asked = loading.hub.requests.length;
    utimesSync(loading.path, new Date(0), new Date(0));
    await loading.load();
    expect(loading.hub.requests).toHaveLength(asked);
    expect(JSON.parse(readFileSync(`${loading.path}.json`, 'utf8')).mtimeMs).toBe(0);
  });

  it('refuses a MODEL_SHA256 that the hub doesn’t have before keeping a byte', async () => {
    expect(await loading.refusal({ sha256: wrong })).toMatch(/correct one of MODEL and MODEL_SHA256\.$/);
    expect(readdirSync(loading.dir)).toEqual([]);
  });

  it('refuses a model that is larger than the memory it may have', async () => {
    await expect(loading.load({}, { memoryBytes: 2_000_000 })).rejects.toThrow(
      /model\.gguf has 3 MB, and only 2 MB of memory are allowed here: raise the memory limit, or set MODEL to a smaller model\.$/,
    );
  });
});
