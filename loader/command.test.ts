import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/ops/config.ts';
import { bundledModelPath } from '../src/ops/paths.ts';
import { FakeClock } from '../test/fakes/clock.ts';
import { goodToken } from '../test/fakes/hub/hub.ts';
import { hubName, hubSource, Loading, modelBytes } from '../test/fakes/hub/loading.ts';
import { loadModels } from './command.ts';
import { createBar, createLines } from './progress.ts';

let loading: Loading;
beforeEach(async () => {
  loading = await Loading.start();
});
afterEach(() => loading.end());

const lines: string[] = [];
const logger = pino({ base: null }, { write: (line: string) => lines.push(line) });
const run = (env: Record<string, string>) =>
  loadModels(
    loadConfig(
      { MODELS_DIR: loading.dir, HF_ENDPOINT: loading.hub.url, LOG_FORMAT: 'json', ...env },
      loading.dir,
    ),
    logger,
  );

describe('loadModels', () => {
  it('takes the model, the mirror and the token from the settings', async () => {
    loading.hub.put(hubName, { bytes: modelBytes, access: 'gated' });
    await run({ MODEL: hubSource, HF_TOKEN: goodToken });
    expect(lines.at(-1)).toContain(`"path":"${loading.path}","msg":"The model is ready"`);
    await expect(run({ MODEL: 'hf:tester/nothing/model.gguf' })).rejects.toThrow(
      /check MODEL, or set HF_TOKEN\.$/,
    );
  });

  it('brings a draft model too, and says by its own name what is wrong with it', async () => {
    loading.hub.put(hubName, { bytes: modelBytes });
    const models = await run({ MODEL: 'bundled', MODEL_DRAFT: hubSource });
    expect(models).toEqual({ modelPath: bundledModelPath, draft: loading.path });
    expect(await run({ MODEL_DRAFT: 'lookup' })).toMatchObject({ draft: 'lookup' });
    await expect(run({ MODEL_DRAFT: '/nowhere.gguf' })).rejects.toThrow(
      /^MODEL_DRAFT can't be used: .*\/nowhere\.gguf.*correct MODEL_DRAFT\.$/,
    );
  });
});

describe('progress', () => {
  it('is a line every ten seconds, with the speed', async () => {
    const said: string[] = [];
    const clock = new FakeClock();
    const progress = createLines(
      pino({}, { write: (line: string) => said.push(JSON.parse(line).msg) }),
      clock,
    );
    for (let second = 0; second <= 25; second++) {
      progress.report(second * 4_000_000, 200_000_000);
      await clock.advance(1000);
    }
    progress.end();
    expect(said).toEqual(['Loading: 20 % of 200 MB, 4.0 MB/s', 'Loading: 40 % of 200 MB, 4.0 MB/s']);
  });

  it('is a bar on a terminal', () => {
    const drawn: string[] = [];
    const terminal = Object.assign(Object.create(process.stderr), {
      isTTY: true,
      columns: 100,
      write: (text: string) => drawn.push(text),
      cursorTo: () => true,
      clearLine: () => true,
    });
    const bar = createBar(terminal);
    bar.report(50_000_000, 100_000_000);
    bar.end();
    expect(drawn.join('')).toContain('50 % of 100 MB');
  });
});
