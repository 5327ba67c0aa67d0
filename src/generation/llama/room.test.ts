import { GgufInsights, readGgufFileInfo } from 'node-llama-cpp';
import { describe, expect, it } from 'vitest';
import { bundledModelPath } from '../../ops/paths.ts';
import { ModelFileError } from './gguf.ts';
import { checkRoom, contextBytes } from './room.ts';

const MB = 1024 ** 2;
const insights = await GgufInsights.from(
  await readGgufFileInfo(bundledModelPath, { sourceType: 'filesystem', logWarnings: false }),
);
const shape = { contextLength: 512, sequences: 1, batchSize: 256 };

describe('checkRoom', () => {
  it('lets a model in that fits', async () => {
    await expect(checkRoom(insights, 'tiny.gguf', shape, 200 * MB)).resolves.toBeUndefined();
  });

  it('refuses one that does not, in a sentence that says what to do', async () => {
    const refused = checkRoom(insights, 'tiny.gguf', shape, 100 * MB);
    await expect(refused).rejects.toThrow(ModelFileError);
    await expect(refused).rejects.toThrow(
      /^The model tiny\.gguf needs about \d+ MB for one story of 512 tokens, and only 100 MB are allowed here: raise the memory limit, .*\.$/,
    );
  });

  it('counts every story', async () => {
    const many = { ...shape, sequences: 64 };
    expect(await contextBytes(insights, many)).toBeGreaterThan(await contextBytes(insights, shape));
    await expect(checkRoom(insights, 'tiny.gguf', many, 200 * MB)).rejects.toThrow(/for 64 stories/);
  });
});
