import { once } from 'node:events';
import { truncateSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { bundledModelPath } from '../../src/ops/paths.ts';
import { StorytellerProcess, temporaryDataDir } from '../support/storyteller.ts';

const folder = temporaryDataDir();
afterAll(() => folder.remove());

async function startBadly(env: Record<string, string>, role = 'start') {
  const storyteller = new StorytellerProcess(role, { DATA_DIR: join(folder.path, 'data'), ...env });
  const code = await storyteller.ended();
  return { code, sentence: storyteller.stderr.trim() };
}

/** One line that says what is wrong and, by `what`, what to do. */
function expectSentence({ code, sentence }: { code: number | string; sentence: string }, what: RegExp): void {
  expect(code).toBe(1);
  expect(sentence).toMatch(/^storyteller: .+[.?]$/);
  expect(sentence).toMatch(what);
}

it('a setting that can’t be', async () => {
  expectSentence(await startBadly({ WEB_PORT: 'eighty' }), /WEB_PORT can't be "eighty": it must be a port/);
});

it('a model that is not there', async () => {
  expectSentence(await startBadly({ MODEL: '/nowhere/model.gguf' }), /\/nowhere\/model\.gguf/);
});

it('a model’s file that is cut short, or no model at all', async () => {
  const cut = join(folder.path, 'cut.gguf');
  await copyFile(bundledModelPath, cut);
  truncateSync(cut, 1_000_000);
  expectSentence(await startBadly({ MODEL: cut }), /cut\.gguf/);
  const text = join(folder.path, 'text.gguf');
  writeFileSync(text, 'Once upon a time there was a file that was no model.'.repeat(10));
  expectSentence(await startBadly({ MODEL: text }), /text\.gguf/);
});

it('a port that is in use', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  expectSentence(await startBadly({ WEB_PORT: String(port) }), new RegExp(`${port}.*WEB_PORT`));
  expectSentence(
    await startBadly({ GENERATOR_PORT: String(port) }, 'generator'),
    new RegExp(`${port}.*GENERATOR_PORT`),
  );
  expectSentence(
    await startBadly({ METRICS_PORT: String(port) }, 'dumps'),
    new RegExp(`${port}.*EADDRINUSE.*METRICS_PORT`),
  );
  other.close();
});

it('a database that is down, without its password in the sentence', async () => {
  const bad = await startBadly(
    { DATABASE_URL: 'postgres://teller:hidden-word@127.0.0.1:1/stories' },
    'migrate',
  );
  expectSentence(bad, /127\.0\.0\.1:1\/stories can't be reached .*DATABASE_URL/);
  expect(bad.sentence).not.toContain('hidden-word');
});

it('a folder that another Storyteller uses', async () => {
  const first = new StorytellerProcess('start', { DATA_DIR: join(folder.path, 'shared') });
  await first.url();
  expectSentence(
    await startBadly({ DATA_DIR: join(folder.path, 'shared') }),
    /Another Storyteller .*DATA_DIR/,
  );
  const beside = new StorytellerProcess('migrate', { DATA_DIR: join(folder.path, 'shared') });
  expect(await beside.ended()).toBe(0);
  expect(await first.end('SIGTERM')).toBe(0);
});
