import type { ClientBase } from 'pg';
import { copyJson } from './copy-json.ts';
import { storyCondition, turnCondition } from './filter.ts';
import type { FlatTurn, HistorySource, Part, ReadableStory, StoryTitle } from './format.ts';
import { countLines } from './jsonl.ts';
import { flatTurns, readableStories, storyTitles } from './queries.ts';
import { recordQueries, type Selection } from './records.ts';
import { splitLines } from './snapshot.ts';

export interface SourceOptions extends Selection {
  locale: string;
  takenAt: Date;
  part?: Part | undefined;
  /** Told how many turns have been read, now and then. */
  onTurns?: ((turns: number) => void) | undefined;
}

/** Reads the history over `client`, which holds a snapshot (see `withSnapshot`). */
export function historySource(client: ClientBase, options: SourceOptions): HistorySource {
  const condition = storyCondition(options.filter);
  const span = turnCondition(options.filter);
  let turns = 0;
  const read = (more: number) => {
    turns += more;
    options.onTurns?.(turns);
  };

  return {
    locale: options.locale,
    takenAt: options.takenAt,
    part: options.part,
    *records() {
      for (const { type, query, shape } of recordQueries(options)) {
        const lines = copyJson(client, query, shape);
        yield { type, lines: type === 'turn' ? counting(lines, read) : lines };
      }
    },
    async *turns() {
      for await (const turn of rows<FlatTurn>(copyJson(client, flatTurns(condition, span)))) {
        read(1);
        yield turn;
      }
    },
    async *stories() {
      for await (const story of rows<ReadableStory>(copyJson(client, readableStories(condition, span)))) {
        read(story.turns.length);
        yield story;
      }
    },
    titles: () => rows<StoryTitle>(copyJson(client, storyTitles(condition))),
    async authors() {
      const { rows: found } = await client.query<{ name: string }>(
        `select distinct a.name from authors a where a.name <> '' and exists (
          select from turns t where t.author_id = a.id
          ${condition ? `and t.story_id in (select s.id from stories s where ${condition})` : ''})
        order by a.name`,
      );
      return found.map(({ name }) => name);
    },
  };
}

async function* counting(lines: AsyncIterable<Buffer>, read: (more: number) => void): AsyncGenerator<Buffer> {
  for await (const piece of lines) {
    read(countLines(piece));
    yield piece;
  }
}

async function* rows<T>(pieces: AsyncIterable<Buffer>): AsyncGenerator<T> {
  for await (const line of splitLines(pieces)) yield JSON.parse(line.toString()) as T;
}
