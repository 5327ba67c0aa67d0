import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function findPackageRoot(from: string): string {
  let folder = from;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`No package.json above ${from}`);
    folder = parent;
  }
  return folder;
}

/** The folder of package.json, the same when run from the sources and from `dist/`. */
export const packageRoot = findPackageRoot(dirname(fileURLToPath(import.meta.url)));

/** The small story model that ships with Storyteller, so that a first story needs no download. */
export const bundledModelPath = join(packageRoot, 'loader', 'bundled', 'storyteller-tiny-q8_0.gguf');
