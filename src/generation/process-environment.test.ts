import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { StorytellerProcess, temporaryDataDir } from '../../test/support/storyteller.ts';
import { systemClock } from '../ops/clock.ts';
import { processEnvironment } from './process-environment.ts';

const folder = temporaryDataDir();
let role: StorytellerProcess | undefined;
afterEach(() => {
  role?.child.kill('SIGKILL');
  folder.remove();
});

/** Starts it, and gives its address and the processes that it has started in turn. */
async function startGenerator(env: Record<string, string> = {}): Promise<{ url: string; pids: string[] }> {
  role = new StorytellerProcess('generator', { DATA_DIR: folder.path, GENERATOR_PORT: '0', ...env });
  const { url } = await role.line(({ msg }) => msg === 'generator ready');
  const { pid } = role.child;
  const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return { url: String(url), pids };
}

const answers = (url: string) =>
  fetch(`${url}/health`).then(
    () => true,
    () => false,
  );

it("leaves the host's own tuning as it is, but not libuv's pool", () => {
  const tuning = { GLIBC_TUNABLES: 'glibc.malloc.check=3', GOMP_SPINCOUNT: '7' };
  expect(processEnvironment({ ...tuning, UV_THREADPOOL_SIZE: '4' })).toEqual({
    ...tuning,
    UV_THREADPOOL_SIZE: '1',
  });
});

describe('storyteller generator, started by hand', () => {
  it('has one thread in its pool and large pages, and stops cleanly when it is told to', async () => {
    const { url, pids } = await startGenerator();
    expect(pids).toHaveLength(1);
    expect(readFileSync(`/proc/${pids[0]}/environ`, 'utf8').split('\0')).toEqual(
      expect.arrayContaining(Object.entries(processEnvironment({})).map((each) => each.join('='))),
    );
    role?.child.kill('SIGTERM');
    expect(await role?.ended()).toBe(0);
    expect(await answers(url)).toBe(false);
  });

  it('leaves nothing behind when it is killed', async () => {
    const { url } = await startGenerator();
    role?.child.kill('SIGKILL');
    while (await answers(url)) await systemClock.sleep(50);
    expect(await answers(url)).toBe(false);
  });

  it('is one process where the pool is set already', async () => {
    const { pids } = await startGenerator({ UV_THREADPOOL_SIZE: '1' });
    expect(pids).toEqual([]);
  });
});
