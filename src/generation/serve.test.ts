import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../ops/config.ts';
import { bundledModelPath } from '../ops/paths.ts';
import { runGenerator } from './serve.ts';

const folder = mkdtempSync(join(tmpdir(), 'serve-'));
afterAll(() => rmSync(folder, { recursive: true }));

const silent = pino({ level: 'silent' });
const run = (modelPath: string, settings: Record<string, string> = {}) => {
  const config = loadConfig({ GENERATOR_PORT: '0', GENERATOR_THREADS: '1', ...settings }, folder);
  return runGenerator({ config, logger: silent, modelPath });
};

/** A model file with these bytes. */
const file = (name: string, bytes: Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

describe('runGenerator', () => {
  const model = readFileSync(bundledModelPath);

  it.each([
    ['is not there', () => join(folder, 'missing.gguf'), /isn't there.*set MODEL/],
    ['is a folder', () => folder, /not a file|can't be read/],
    ['is empty', () => file('empty.gguf', Buffer.alloc(0)), /no GGUF file/],
    ['is something else', () => file('page.gguf', Buffer.from('<!doctype html><title>404')), /no GGUF file/],
    ['is cut in its head', () => file('head.gguf', model.subarray(0, 3_000)), /cut short|damaged/],
    ['is cut in its tensors', () => file('half.gguf', model.subarray(0, 1_000_000)), /cut short.*download/],
    ['lacks its last bytes', () => file('end.gguf', model.subarray(0, -64)), /download it again/],
    [
      'is full of zeros',
      () => file('zeros.gguf', Buffer.concat([model.subarray(0, 64), Buffer.alloc(9_000)])),
      /download it again/,
    ],
  ])('says in a sentence what to do when the model %s', async (_case, path, sentence) => {
    const failure = await run(path()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect((failure as Error).message).toMatch(sentence);
    expect((failure as Error).message).not.toContain('\n');
  });

  it('says in a sentence what to do when the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const failing = run(bundledModelPath, { GENERATOR_PORT: String(port) });
    await expect(failing).rejects.toThrow(`Port ${port} of 127.0.0.1 is in use`);
    await new Promise((resolve) => other.close(resolve));
  });

  it('never takes more context than the model was trained for, nor less than asked', async () => {
    for (const [asked, given] of [
      ['256', 256],
      ['4096', 512],
    ] as const) {
      const service = await run(bundledModelPath, { GENERATOR_CONTEXT: asked, GENERATOR_PARALLEL: '1' });
      const props = (await (await fetch(`${service.url}/props`)).json()) as {
        default_generation_settings: { n_ctx: number };
      };
      expect(props.default_generation_settings.n_ctx).toBe(given);
      await service.close();
    }
  });
});
