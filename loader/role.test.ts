import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageRoot } from '../src/ops/paths.ts';
import { hubSource, Loading } from '../test/fakes/hub/loading.ts';
import { soon } from '../test/support/soon.ts';

let loading: Loading;
let child: ChildProcess | undefined;
beforeEach(async () => {
  loading = await Loading.start();
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await loading.end();
});

/** `storyteller load-model` as a container runs it. */
function run(env: Record<string, string> = {}) {
  child = spawn(process.execPath, [join(packageRoot, 'dist/src/main.js'), 'load-model'], {
    cwd: loading.dir,
    env: {
      PATH: process.env.PATH ?? '',
      MODEL: hubSource,
      MODELS_DIR: loading.dir,
      HF_ENDPOINT: loading.hub.url,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += String(chunk)));
  return once(child, 'close').then(([code]) => ({ code: code as number | null, said }));
}

describe('storyteller load-model', () => {
  it('ends with 0 when the model is there, and the second time asks nobody', async () => {
    expect(await run()).toMatchObject({ code: 0, said: expect.stringContaining('The model is ready') });
    const asked = loading.hub.requests.length;
    expect((await run()).code).toBe(0);
    expect(loading.hub.requests).toHaveLength(asked);
  });

  it('ends with 1 and one sentence when it can’t be', async () => {
    const { code, said } = await run({ MODEL: 'hf:tester/stories/other.gguf' });
    expect(code).toBe(1);
    expect(said.trim().split('\n').at(-1)).toMatch(
      /There is no http.*\(404\): check how MODEL is spelled\.$/,
    );
  });

  it('a signal ends it with 1, and what came is gone on with', async () => {
    loading.hub.faults.push({ kind: 'stall', afterBytes: 1_000_000 });
    const ended = run();
    await soon(() => expect(loading.hub.requestsTo('cdn')).toHaveLength(1));
    await soon(() => expect(existsSync(`${loading.path}.part.json`)).toBe(true));
    child?.kill('SIGTERM');
    expect((await ended).code).toBe(1);
    expect(existsSync(`${loading.path}.lock`)).toBe(false);
    expect(await run()).toMatchObject({ code: 0 });
    expect(existsSync(loading.path)).toBe(true);
  });

  it('killed in the middle, it goes on from there in the next run', async () => {
    loading.hub.faults.push({ kind: 'stall', afterBytes: 1_000_000 });
    const killed = run();
    await soon(() => expect(existsSync(`${loading.path}.part.json`)).toBe(true));
    child?.kill('SIGKILL');
    await killed;
    expect(await run()).toMatchObject({ code: 0 });
    expect(existsSync(loading.path)).toBe(true);
  });
});
