import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../src/ops/config.ts';
import { packageRoot } from '../src/ops/paths.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function makeKeys(folder = mkdtempSync(join(tmpdir(), 'keys-'))) {
  folders.push(folder);
  execFileSync(process.execPath, [join(packageRoot, 'dist/loader/keys.js'), folder, 'db']);
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  return { folder, password: read('database_password'), url: read('database_url') };
}

describe('keys', () => {
  it('makes a password of its own, and an address that the settings take', () => {
    const { folder, password, url } = makeKeys();
    expect(password).toMatch(/^[0-9a-f]{48}$/);
    expect(url).toBe(`postgres://storyteller:${password}@db:5432/storyteller`);
    expect(loadConfig({ DATABASE_URL_FILE: join(folder, 'database_url') }, folder).databaseUrl).toBe(url);
    expect(makeKeys().password).not.toBe(password);
  });

  it('keeps what is there', () => {
    const { folder, url } = makeKeys();
    folders.length = 0;
    expect(makeKeys(folder).url).toBe(url);
  });
});
