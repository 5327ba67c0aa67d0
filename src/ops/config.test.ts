import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig, secretNames, settingNames } from './config.ts';
import { packageRoot } from './paths.ts';

const emptyFolder = mkdtempSync(join(tmpdir(), 'config-'));
const load = (env: Record<string, string>) => loadConfig(env, emptyFolder);

describe('loadConfig', () => {
  it('has the defaults of the contract', () => {
    const config = load({});
    expect(config.web).toEqual({ host: '127.0.0.1', port: 8501 });
    expect(config.generator).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      threads: 'auto',
      parallel: 'auto',
      queue: 256,
    });
    expect(config.model.source).toBe('bundled');
    expect(config.access.turnsPerHour).toBe(60);
    expect(config.dumps).toEqual({ dir: undefined, schedule: '0 3 * * *', keep: 14 });
    expect(config.databaseUrl).toBeUndefined();
    expect(config.generator.context).toBeUndefined();
    expect(config.metrics).toEqual({ host: '127.0.0.1', port: undefined });
  });

  it.each([
    ['WEB_PORT', '99999'],
    ['WEB_PORT', 'eighty'],
    ['GENERATOR_THREADS', 'many'],
    ['GENERATOR_THREADS', '0'],
    ['DATABASE_URL', 'mysql://x:hidden@y/z'],
    ['ALLOW', 'everyone'],
    ['MODEL_SHA256', 'abc'],
    ['LOG_LEVEL', 'loud'],
    ['DISCORD_SHARDS', 'some'],
    ['METRICS_PORT', 'yes'],
    ['DUMP_SCHEDULE', 'at three'],
    ['DUMP_SCHEDULE', '0 3 31 2 *'],
    ['ADMIN_TOKEN', 'hidden'],
  ])('names %s in one sentence when it is %s', (name, value) => {
    let message = '';
    try {
      load({ [name]: value });
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      message = (error as Error).message;
    }
    expect(message).toMatch(new RegExp(`^${name} can't be .*: it must be .*\\.$`));
    expect(message).not.toContain('\n');
    expect(message).not.toContain('hidden');
  });

  it('takes an empty value as unset', () => {
    expect(load({ DISCORD_TOKEN: '', WEB_PORT: ' ' }).web.port).toBe(8501);
    expect(load({ DISCORD_TOKEN: '' }).discord.token).toBeUndefined();
  });

  it('reads a secret from the file that NAME_FILE names, and says which file is missing', () => {
    const file = join(emptyFolder, 'secret');
    writeFileSync(file, 'from-a-file\n');
    expect(load({ DISCORD_TOKEN_FILE: file }).discord.token).toBe('from-a-file');
    expect(() => load({ DISCORD_TOKEN_FILE: '/nowhere/secret' })).toThrow(
      /DISCORD_TOKEN_FILE names \/nowhere\/secret/,
    );
  });

  it('reads .env, and the environment wins over it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'config-'));
    writeFileSync(join(folder, '.env'), 'WEB_PORT=9000\nWEB_HOST=0.0.0.0\n');
    expect(loadConfig({ WEB_PORT: '9001' }, folder).web).toEqual({ host: '0.0.0.0', port: 9001 });
  });

  it('lists the secrets to be struck out, the password of an address too', () => {
    const config = load({ DATABASE_URL: 'postgres://me:s%20cret@db/x', TELEGRAM_TOKEN: '1:abc' });
    expect(config.secrets).toEqual(expect.arrayContaining(['s%20cret', 's cret', '1:abc']));
  });

  it('lists a secret that looks like an address, and how one stands in a line of JSON', () => {
    const { secrets } = load({ ADMIN_TOKEN: 'admin:open-up', GENERATOR_API_KEY: 'a "key"' });
    expect(secrets).toEqual(expect.arrayContaining(['admin:open-up', 'a "key"', String.raw`a \"key\"`]));
  });

  it('takes a password that is not encoded, as PostgreSQL’s client does', () => {
    const { databaseUrl, secrets } = load({ DATABASE_URL: 'postgres://me:50%off@db/x' });
    expect(databaseUrl).toBe('postgres://me:50%off@db/x');
    expect(secrets).toContain('50%off');
  });
});

describe('.env.example', () => {
  it('names every setting, and nothing else', () => {
    const example = readFileSync(join(packageRoot, '.env.example'), 'utf8');
    const named = [...example.matchAll(/^#?\s?([A-Z][A-Z0-9_]+)=/gm)].map((match) => match[1]);
    expect(named.sort()).toEqual([...settingNames].sort());
    for (const name of secretNames) expect(settingNames).toContain(name);
  });
});
