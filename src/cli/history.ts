import { type Command, InvalidArgumentError } from 'commander';
import {
  dumpCommand,
  eraseCommand,
  exportCommand,
  type HistoryContext,
  restoreCommand,
} from '../export/commands.ts';
import { keepFigures } from '../export/figures.ts';
import { parseFilter } from '../export/filter.ts';
import { formatNames } from '../export/formats.ts';
import { readStats } from '../export/stats.ts';
import type { Config } from '../ops/config.ts';
import type { Database } from '../storage/database.ts';
import { progressBar } from './progress-bar.ts';
import { statsTable } from './stats-table.ts';

/** What the command line opens for a command: a migrated database, and the settings. */
export interface OpenHistory {
  config: Config;
  db: Database;
  close(): Promise<void>;
}

interface Printed {
  json?: boolean;
}

/** Adds `export`, `dump`, `restore`, `stats` and `erase`. A command that fails rejects with a sentence for the person. */
export function addHistoryCommands(program: Command, open: () => Promise<OpenHistory>): void {
  /** Runs one command on an open history, and closes it whatever happens. */
  async function run<T>(options: Printed, work: (context: HistoryContext) => Promise<T>): Promise<T> {
    const { config, db, close } = await open();
    try {
      const progress = options.json ? undefined : progressBar(process.stderr);
      return await work({ config, db, now: new Date(), progress });
    } finally {
      await close();
    }
  }

  program
    .command('export')
    .description('write stories to a file, or to a pipe')
    .option('-f, --format <format>', `one of ${formatNames.join(', ')}`, 'jsonl')
    .option('-o, --output <file>', 'where to; - is standard output', '-')
    .option('--channel <platform:id>', 'only stories of this channel')
    .option('--story <id>', 'only this story')
    .option('--author <platform:id>', 'only stories that this person asked for a part of')
    .option('--since <time>', 'only stories with a part asked for at this time or later (2026-11-25)')
    .option('--until <time>', 'only stories with a part asked for before this time')
    .option('--language <language>', 'the language of headings', 'en')
    .option(
      '--json',
      'print what was done as JSON, to standard error when the export goes to standard output',
    )
    .action(async ({ format, output, language, json, ...filter }) => {
      const parsed = parseFilter(filter);
      const turns = await run({ json }, (context) =>
        exportCommand(context, { format, output, filter: parsed, locale: language, stdout: process.stdout }),
      );
      const toPipe = output === '-';
      if (json) say({ format, output, turns }, toPipe ? process.stderr : process.stdout);
      else if (!toPipe) say(`${turns} turns written to ${output}`);
    });

  program
    .command('dump')
    .description('write everything to a compressed, verified file in DUMP_DIR')
    .option('--dir <folder>', 'instead of DUMP_DIR')
    .option('--keep <count>', 'instead of DUMP_KEEP', count)
    .option('--json', 'print the result as JSON')
    .action(async ({ dir, keep, json }) => {
      const file = await run({ json }, (context) => dumpCommand(context, { folder: dir, keep }));
      say(json ? { file } : file);
    });

  program
    .command('restore')
    .description('read a dump, or an export as JSONL, into an empty database')
    .argument('<files...>', 'one file, or all parts of an export that was split')
    .option('--merge', 'add what is missing to a database that holds a history')
    .option('--json', 'print the result as JSON')
    .action(async (paths: string[], { merge = false, json }) => {
      const found = await run({ json }, (context) => restoreCommand(context, { paths, merge }));
      say(json ? found : `${found.turns} turns restored from ${paths.join(', ')}`);
    });

  program
    .command('stats')
    .description('print figures by day and platform')
    .option('--days <count>', 'how many days, with today', count, 30)
    .option('--json', 'print them as JSON')
    .action(async ({ days, json }) => {
      const stats = await run({ json }, async ({ db, now }) => {
        await keepFigures(db, now.getTime());
        return readStats(db, now.getTime(), days);
      });
      say(json ? stats : statsTable(stats));
    });

  program
    .command('erase')
    .description('remove the texts and the name of somebody or of a channel for good')
    .option('--author <platform:id>', 'whom to forget')
    .option('--channel <platform:id>', 'which channel to forget')
    .option('--json', 'print the result as JSON')
    .action(async ({ author, channel, json }) => {
      if ((author === undefined) === (channel === undefined)) {
        throw new Error('Say whom to forget: --author platform:id, or --channel platform:id.');
      }
      const subject =
        author === undefined
          ? { kind: 'channel' as const, reference: channel }
          : { kind: 'author' as const, reference: author };
      const turns = await run({ json }, (context) => eraseCommand(context, subject));
      say(json ? { turns } : `${turns} turns forgotten`);
    });
}

function say(result: string | object, stream: NodeJS.WriteStream = process.stdout): void {
  stream.write(`${typeof result === 'string' ? result : JSON.stringify(result)}\n`);
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 100_000)
    throw new InvalidArgumentError('It must be a whole number from 1 to 100000.');
  return value;
}
