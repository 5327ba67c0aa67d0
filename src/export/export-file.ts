import type { ExportFile } from '../reply/surface.ts';
import type { Database } from '../storage/database.ts';
import { exportHistory, exportName } from './export.ts';
import type { HistoryFilter } from './filter.ts';
import type { ExportFormat } from './format.ts';

/** No platform takes a larger file from a bot: https://core.telegram.org/bots/faq#how-do-i-upload-a-large-file */
export const largestFile = 50 * 1024 * 1024;

/** The export is larger than what may be held in memory and sent in a chat. */
export class ExportTooLarge extends Error {
  override name = 'ExportTooLarge';
}

/** An export as one file in memory. @throws {ExportTooLarge} when it is larger than {@link largestFile} */
export async function exportToFile(
  db: Database,
  format: ExportFormat,
  { filter, locale, now }: { filter: HistoryFilter; locale: string; now: number },
): Promise<ExportFile> {
  const takenAt = new Date(now);
  const data = await exportHistory({ db, format, filter, locale, takenAt }, async (pieces) => {
    const parts: Buffer[] = [];
    let size = 0;
    for await (const piece of pieces) {
      const part = Buffer.from(piece);
      parts.push(part);
      size += part.length;
      if (size > largestFile) throw new ExportTooLarge(`The export is larger than ${largestFile} bytes.`);
    }
    return Buffer.concat(parts);
  });
  return { name: exportName(format, takenAt), contentType: format.contentType, data };
}
