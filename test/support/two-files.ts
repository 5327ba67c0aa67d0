import type { ExportFile } from '../../src/reply/surface.ts';

/** An export in two parts, `all-1.FORMAT` and `all-2.FORMAT`, of so many bytes each. */
export async function* twoFiles(format: string, bytes: number): AsyncGenerator<ExportFile> {
  for (const part of [1, 2]) {
    const data = new Uint8Array(bytes).fill(part);
    yield { name: `all-${part}.${format}`, contentType: 'text/plain', data };
  }
}
