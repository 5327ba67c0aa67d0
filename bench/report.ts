import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chartSvg } from './chart.ts';
import type { Findings, Table } from './scenario.ts';

/** A table as Markdown, its columns in line. */
export function tableText({ title, columns, rows }: Table): string {
  const lines = [columns, columns.map(() => '---'), ...rows].map((row) => row.map(String));
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const body = lines.map((line) => `| ${line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`);
  return `${title}\n\n${body.join('\n')}\n`;
}

/** Writes the tables and charts of a run to a folder of its own. */
export function saveFindings(folder: string, name: string, { tables, charts = [] }: Findings): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.md`), tables.map(tableText).join('\n'));
  for (const [index, chart] of charts.entries())
    writeFileSync(join(folder, `${name}-${index + 1}.svg`), chartSvg(chart));
}
