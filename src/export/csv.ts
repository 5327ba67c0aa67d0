import { stringify } from 'csv-stringify/sync';
import type { ExportFormat, FlatTurn } from './format.ts';

/** The columns, in order: a row is a turn. */
const columns = [
  'turn_id',
  'story_id',
  'parent_id',
  'platform',
  'channel_id',
  'channel',
  'story',
  'author_id',
  'author',
  'prompt',
  'text',
  'state',
  'end_reason',
  'model',
  'seed',
  'max_tokens',
  'temperature',
  'top_k',
  'top_p',
  'min_p',
  'prompt_tokens',
  'completion_tokens',
  'is_head',
  'created_at',
  'started_at',
  'finished_at',
];

const rowsAtOnce = 200;

/**
 * RFC 4180: a header, CRLF after each row. A cell that a spreadsheet would take for a formula gets an apostrophe in
 * front (https://owasp.org/www-community/attacks/CSV_Injection).
 */
export const csv: ExportFormat = {
  extension: 'csv',
  contentType: 'text/csv; charset=utf-8; header=present',
  async *write(source) {
    const write = (rows: FlatTurn[], header: boolean) =>
      stringify(rows, {
        header,
        columns,
        record_delimiter: '\r\n',
        escape_formulas: true,
        cast: { boolean: (value) => String(value) },
      });
    yield write([], true);
    let rows: FlatTurn[] = [];
    for await (const turn of source.turns()) {
      rows.push(turn);
      if (rows.length < rowsAtOnce) continue;
      yield write(rows, false);
      rows = [];
    }
    if (rows.length > 0) yield write(rows, false);
  },
};
