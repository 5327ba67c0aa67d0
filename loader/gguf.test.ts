import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bundledModelPath } from '../src/ops/paths.ts';
import { fc, runs } from '../test/support/properties.ts';
import { checkGguf } from './gguf.ts';
import { ModelError } from './model-error.ts';

const folder = mkdtempSync(join(tmpdir(), 'gguf-'));
afterAll(() => rmSync(folder, { recursive: true }));
const model = readFileSync(bundledModelPath);

async function check(bytes: Uint8Array): Promise<void> {
  const path = join(folder, 'model.gguf');
  writeFileSync(path, bytes);
  await checkGguf(path);
}

describe('checkGguf', () => {
  it('takes a whole model', async () => {
    await expect(checkGguf(bundledModelPath)).resolves.toBeUndefined();
  });

  it('refuses one that lacks its last byte, and one cut anywhere', async () => {
    await expect(check(model.subarray(0, -1))).rejects.toThrow(
      /is cut short \(\d+ bytes\); delete it and load it again\.$/,
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: model.length - 1 }), async (length) => {
        await expect(check(model.subarray(0, length))).rejects.toThrow(ModelError);
      }),
      runs(40),
    );
  });

  it('never fails in another way, whatever the header holds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 400 }),
        fc.integer({ min: 4, max: 200 }),
        async (noise, at) => {
          const spoiled = Buffer.from(model.subarray(0, 8192));
          spoiled.set(noise, at);
          await expect(check(spoiled)).rejects.toThrow(ModelError);
        },
      ),
      runs(60),
    );
  });

  it('refuses other files, other versions and folders', async () => {
    await expect(check(Buffer.from('PK\u0003\u0004'))).rejects.toThrow(
      /isn't a model in GGUF form \(it begins with/,
    );
    const old = Buffer.from(model);
    old.writeUInt32LE(1, 4);
    await expect(check(old)).rejects.toThrow(/\(version 1\)/);
    await expect(checkGguf(folder)).rejects.toThrow(/can't be read \(EISDIR\); MODEL must name a file\.$/);
  });
});
