import type { ExportFile } from '../reply/surface.ts';
import { type ExportOptions, exportHistory, exportName } from './export.ts';
import { type FileLimits, split } from './split.ts';

/**
 * An export as files that a place takes, `…-1-of-3` where one is not enough: each is valid by itself, and is made when
 * the one before has been sent.
 * @throws {ExportTooLarge} when there would be more files than `limits` allow
 */
export async function exportToFiles(
  options: Omit<ExportOptions, 'part'>,
  limits: FileLimits,
): Promise<AsyncIterable<ExportFile>> {
  const filters = await split(options, limits);
  return makeFiles();

  async function* makeFiles(): AsyncGenerator<ExportFile> {
    const { format, takenAt } = options;
    for (const [index, filter] of filters.entries()) {
      const part = filters.length > 1 ? { number: index + 1, of: filters.length } : undefined;
      const data = await exportHistory({ ...options, filter, part }, async (pieces) => {
        const all: Buffer[] = [];
        for await (const piece of pieces) all.push(Buffer.from(piece));
        return Buffer.concat(all);
      });
      yield { name: exportName(format, takenAt, part), contentType: format.contentType, data };
    }
  }
}
