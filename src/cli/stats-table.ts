import type { Stats } from '../export/stats.ts';

/** Figures as a table for a terminal, a line a day and platform. */
export function statsTable({ totals, live, days, counting }: Stats): string {
  const head = [
    'day',
    'platform',
    'turns',
    'failed',
    'tokens',
    'words',
    'authors',
    'channels',
    'wait ms',
    'p95',
    'first ms',
    'p95',
    'tokens/s',
    'edits',
    '429s',
  ];
  const rows = days.map((day) => [
    day.day,
    day.platform,
    day.turns,
    day.failed,
    day.tokens,
    day.words,
    day.authors,
    day.channels,
    day.queueMs.median,
    day.queueMs.p95,
    day.firstTokenMs.median,
    day.firstTokenMs.p95,
    day.tokensPerSecond,
    day.edits,
    day.rateLimited,
  ]);
  const cells = [head, ...rows.map((row) => row.map((cell) => String(cell ?? '-')))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const { turns, stories, channels, authors, tokens, words } = totals;
  return [
    ...lines,
    '',
    `In all: ${turns} turns in ${stories} stories, ${tokens} tokens, ${words} words, ${authors} authors, ${channels} channels.`,
    `Just now: ${live.writing} being written, ${live.queued} waiting.`,
    ...(counting ? ['Another process is still counting earlier days: ask again in a minute.'] : []),
  ].join('\n');
}
