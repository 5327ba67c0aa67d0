import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../src/ops/clock.ts';
import { FakeClock } from '../test/fakes/clock.ts';
import { Loading, modelBytes } from '../test/fakes/hub/loading.ts';
import { withLock } from './lock.ts';

let loading: Loading;
beforeEach(async () => {
  loading = await Loading.start();
});
afterEach(() => loading.end());

const logger = pino({ level: 'silent' });
const signal = new AbortController().signal;

describe('two loaders at once', () => {
  it('load the model once, and both have it', async () => {
    loading.hub.faults.push({ kind: 'drop', afterBytes: 500_000 });
    const paths = await Promise.all([loading.load(), loading.load()]);
    expect(paths).toEqual([loading.path, loading.path]);
    expect(readFileSync(loading.path).equals(modelBytes)).toBe(true);
    expect(loading.hub.requestsTo('cdn')).toHaveLength(2);
    expect(readdirSync(loading.dir).sort()).toEqual(['model.gguf', 'model.gguf.json']);
  });

  it('a dead one’s lock is taken over, and its part is gone on with', async () => {
    loading.hub.faults.push({ kind: 'drop', afterBytes: 500_000 });
    for (let tries = 0; tries < 6; tries++) loading.hub.faults.push({ kind: 'status', status: 500 });
    await loading.refusal();
    writeFileSync(`${loading.path}.lock`, 'left by a killed process');
    await loading.load();
    expect(readFileSync(loading.path).equals(modelBytes)).toBe(true);
    expect(loading.hub.requestsTo('cdn').at(-1)?.headers.range).toMatch(/^bytes=[1-9]/);
    expect(existsSync(`${loading.path}.lock`)).toBe(false);
  });
});

describe('withLock', () => {
  it('lets one in at a time', async () => {
    const path = `${loading.path}.lock`;
    const order: string[] = [];
    const worker = (name: string) =>
      withLock(path, { clock: systemClock, logger, signal }, async () => {
        order.push(`${name} in`);
        await delay(50);
        order.push(`${name} out`);
      });
    await Promise.all([worker('a'), worker('b')]);
    expect(order.map((step) => step.slice(2))).toEqual(['in', 'out', 'in', 'out']);
  });

  it('tells the holder when another took it for dead', async () => {
    const path = `${loading.path}.lock`;
    const clock = new FakeClock();
    const outcome = withLock(path, { clock, logger, signal }, async (mine) => {
      writeFileSync(path, 'another');
      while (!mine.aborted) {
        await clock.advance(1000);
        await delay(1);
      }
      mine.throwIfAborted();
    });
    await expect(outcome).rejects.toThrow(/took this one for dead/);
    expect(readFileSync(path, 'utf8')).toBe('another');
  });
});
