import type { ExportFile } from '../reply/surface.ts';
import { type ExportOptions, exportHistory, exportName } from './export.ts';
import type { Part } from './format.ts';
import { ExportTooLarge, type FileLimits, largestPart, split } from './split.ts';

/**
 * An export as files that a place takes, `…-1-of-3` where one is not enough: each is valid by itself, and is made when
 * the one before has been sent.
 * @throws {ExportTooLarge} when there would be more files than `limits` allow
 */
export async function exportToFiles(
  options: Omit<ExportOptions, 'part'>,
  limits: FileLimits,
): Promise<AsyncIterable<ExportFile>> {
  const { format, takenAt } = options;
  const file = (data: Uint8Array, part?: Part): ExportFile => ({
    name: exportName(format, takenAt, part),
    contentType: format.contentType,
    data,
  });
  // Nearly every export is one file: it is made at once, and measured by that.
  const whole = await make(options, largestPart(limits)).catch((error: unknown) => {
    if (error instanceof ExportTooLarge) return undefined;
    throw error;
  });
  const filters = whole ? [] : await split(options, limits);
  return makeFiles();

  async function* makeFiles(): AsyncGenerator<ExportFile> {
    if (whole) yield file(whole);
    for (const [index, filter] of filters.entries()) {
      const part = filters.length > 1 ? { number: index + 1, of: filters.length } : undefined;
      yield file(await make({ ...options, filter, part }), part);
    }
  }
}

/** An export in memory. @throws {ExportTooLarge} once it is more than `most` bytes */
async function make(options: ExportOptions, most = Number.POSITIVE_INFINITY): Promise<Buffer> {
  return exportHistory(options, async (pieces) => {
    const all: Buffer[] = [];
    let size = 0;
    for await (const piece of pieces) {
      const bytes = Buffer.from(piece);
      size += bytes.length;
      if (size > most) throw new ExportTooLarge(`The export is more than ${most} bytes.`);
      all.push(bytes);
    }
    return Buffer.concat(all);
  });
}
