import type { FileLimits } from '../export/split.ts';
import type { ExportFile } from '../reply/surface.ts';

/** What the people that ADMINS names may do from a chat. `actor` is who asks (`discord:ID`), for the audit log. */
export interface AdminActions {
  /** The formats that {@link export} knows, in the order to offer them. */
  readonly formats: readonly string[];
  /** All that is kept, as files that fit `limits`. @throws {ExportTooLarge} when it is more than that */
  export(format: string, actor: string, limits: FileLimits): Promise<AsyncIterable<ExportFile>>;
  /** Figures for a person to read, as lines of plain text in their language. */
  stats(locale: string): Promise<string>;
  /** Shuts somebody out; false when nobody of that id has ever written here. */
  block(author: { platform: string; externalId: string }, actor: string): Promise<boolean>;
  /** Lets somebody in again; false when nobody of that id has ever written here. */
  unblock(author: { platform: string; externalId: string }, actor: string): Promise<boolean>;
}
