import { csv } from './csv.ts';
import { epub } from './epub.ts';
import type { ExportFormat } from './format.ts';
import { html } from './html.ts';
import { json } from './json.ts';
import { jsonl } from './jsonl.ts';
import { markdown } from './markdown.ts';
import { text } from './text.ts';

/** Every format by its name, in the order to offer them: a new one is a file here and a line in this list. */
export const formats = { jsonl, json, csv, markdown, text, html, epub } satisfies Record<
  string,
  ExportFormat
>;

export type FormatName = keyof typeof formats;

export const formatNames = Object.keys(formats) as FormatName[];

/** The format of that name, or whose files end so. */
export function findFormat(name: string): ExportFormat | undefined {
  const known: Record<string, ExportFormat> = formats;
  if (Object.hasOwn(known, name)) return known[name];
  return Object.values(known).find((format) => format.extension === name);
}

/** @throws {Error} with a sentence that lists the formats there are */
export function formatOf(name: string): ExportFormat {
  const format = findFormat(name);
  if (format) return format;
  throw new Error(
    `There is no format ${JSON.stringify(name.slice(0, 40))}: it must be ${formatNames.join(', ')}.`,
  );
}
