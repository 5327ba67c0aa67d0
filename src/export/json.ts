import type { ExportFormat } from './format.ts';
import { schemaName, schemaVersion } from './records.ts';
import { splitLines } from './snapshot.ts';

const plurals = {
  secret: 'secrets',
  tombstone: 'tombstones',
  author: 'authors',
  channel: 'channels',
  story: 'stories',
  turn: 'turns',
  audit: 'audit',
} as const;

/** The same records as JSONL's as one document, with a list for each kind. */
export const json: ExportFormat = {
  extension: 'json',
  contentType: 'application/json',
  async *write(source) {
    yield `{"format":"${schemaName}","version":${schemaVersion}`;
    for (const { type, lines } of source.records()) {
      yield `,\n"${plurals[type]}":[`;
      let separator = '\n';
      for await (const line of splitLines(lines)) {
        yield separator;
        yield line;
        separator = ',\n';
      }
      yield ']';
    }
    yield '}\n';
  },
};
