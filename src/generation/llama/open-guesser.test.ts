import { getLlama } from 'node-llama-cpp';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { bundledModelPath } from '../../ops/paths.ts';
import { ModelFileError } from './gguf.ts';
import { lookup } from './guesser.ts';
import { createContext, loadModel } from './load.ts';
import { openNative } from './native.ts';
import { openGuesser } from './open-guesser.ts';

const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, progressLogs: false });
const model = await loadModel(llama, bundledModelPath);
const context = await createContext(model, { contextLength: 512, parallel: 1, threads: 1 });
const native = openNative(context, model);
afterAll(async () => {
  await context.dispose();
  await llama.dispose();
});

const lines: string[] = [];
const logger = pino({}, { write: (line) => lines.push(line) });
const wanted = { draft: bundledModelPath, model, native, contextLength: 512, threads: 1, logger };
const enough = 1024 ** 3;

describe('openGuesser', () => {
  it('opens a draft model, or takes the text before', async () => {
    const draft = await openGuesser(llama, { ...wanted, room: enough });
    const text = model.tokenize('Once upon a time');
    const guesses = await draft?.guess(text, 3, 1);
    expect(guesses).toHaveLength(3);
    expect(await draft?.guess([...text, ...(guesses ?? []).slice(0, 2)], 1, 1)).toEqual(guesses?.slice(2));
    await draft?.close();
    expect(await openGuesser(llama, { ...wanted, draft: 'lookup', room: enough })).toBe(lookup);
  });

  it('guesses nothing past the context of the draft model', async () => {
    const draft = await openGuesser(llama, { ...wanted, contextLength: 256, room: enough });
    const text = Array.from({ length: 255 }, () => 5);
    expect(await draft?.guess(text, 2, 1)).toEqual([]);
    await draft?.close();
  });

  it('refuses a draft model that there is no memory for, in a sentence', async () => {
    const refused = openGuesser(llama, { ...wanted, room: 100 * 1024 ** 2 });
    await expect(refused).rejects.toThrow(ModelFileError);
    await expect(refused).rejects.toThrow(
      /^MODEL_DRAFT can't be used: .* needs about \d+ MB .*, or set MODEL_DRAFT to a smaller model\.$/,
    );
  });

  it('opens nothing for a recurrent model, and says so', async () => {
    const recurrent = { ...native, removeTokenCellsFromSequence: () => false };
    expect(await openGuesser(llama, { ...wanted, native: recurrent, room: enough })).toBeUndefined();
    expect(lines.join()).toContain('MODEL_DRAFT is not used');
  });
});
