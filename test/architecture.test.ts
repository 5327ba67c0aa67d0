import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../src/ops/paths.ts';

interface SourceFile {
  /** From the package's root, with slashes. */
  path: string;
  text: string;
  /** Other files of the project, by path, and packages, by name. */
  imports: string[];
}

const folders = ['src', 'bots', 'migrations', 'loader', 'bench'];

function read(path: string): SourceFile {
  const text = readFileSync(join(packageRoot, path), 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import|import\()\s*'([^']+)'/g)].map(
    (match) => match[1] ?? '',
  );
  const imports = specifiers.map((specifier) =>
    specifier.startsWith('.')
      ? relative(packageRoot, resolve(packageRoot, dirname(path), specifier))
      : specifier,
  );
  return { path, text, imports };
}

const files = folders
  .filter((folder) => existsSync(join(packageRoot, folder)))
  .flatMap((folder) =>
    readdirSync(join(packageRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
      .map((name) => read(join(folder, name))),
  );
const program = files.filter(({ path }) => !path.endsWith('.test.ts'));

/** Who imports something that `matches`, other than those in `allowed`. */
const offenders = (matches: (name: string) => boolean, allowed: RegExp) =>
  program.filter(({ path, imports }) => !allowed.test(path) && imports.some(matches)).map(({ path }) => path);

describe('the dependency rule', () => {
  it('reads the sources', () => expect(program.length).toBeGreaterThan(50));

  it('bots use src, and src does not know them, but for the wiring', () => {
    expect(offenders((name) => name.startsWith('bots/'), /^(bots|bench)\/|^src\/(main\.ts|cli\/)/)).toEqual(
      [],
    );
  });

  it('bots do not know each other', () => {
    const crossing = program.filter(({ path, imports }) => {
      const own = path.match(/^bots\/\w+\//)?.[0];
      return own && imports.some((name) => /^bots\/\w+\//.test(name) && !name.startsWith(own));
    });
    expect(crossing.map(({ path }) => path)).toEqual([]);
  });

  it.each([
    ['node-llama-cpp', /^(src\/generation|bench)\//],
    ['discord.js', /^bots\/discord\//],
    ['grammy', /^bots\/telegram\//],
    ['@grammyjs/runner', /^bots\/telegram\//],
  ])('%s is known in one place', (name, allowed) => {
    expect(offenders((imported) => imported === name || imported.startsWith(`${name}/`), allowed)).toEqual(
      [],
    );
  });

  it('replies and prompts are made without I/O', () => {
    const pure = program.filter(({ path }) =>
      /^src\/reply\/|^src\/story\/(prompt|display|input)\.ts/.test(path),
    );
    const impure = pure.filter(({ imports }) =>
      imports.some((name) => /^(node:(fs|net|http|timers)|pg$|kysely$|fastify|undici)/.test(name)),
    );
    const timers = pure.filter(({ text }) => /\b(setTimeout|setInterval|Date\.now|new Date\(\))/.test(text));
    expect([...impure, ...timers].map(({ path }) => path)).toEqual([]);
  });

  it('only the settings read the environment', () => {
    const readers = program.filter(
      ({ path, text }) => path !== 'src/ops/config.ts' && /process\.env/.test(text),
    );
    expect(readers.map(({ path }) => path).filter((path) => !path.startsWith('bench/'))).toEqual([]);
  });
});

describe('the sources stay readable', () => {
  it('in files of at most 250 lines', () => {
    const long = files.filter(({ text }) => text.split('\n').length > 251);
    expect(long.map(({ path }) => path)).toEqual([]);
  });
});
