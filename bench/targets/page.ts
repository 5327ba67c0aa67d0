import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { DeltaEvent } from '../../bots/web/client/protocol.ts';
import { StorytellerProcess, temporaryDataDir } from '../../test/support/storyteller.ts';
import { WebBrowser } from '../../test/support/web-browser.ts';
import type { BenchOptions } from '../scenario.ts';
import { type LoadOptions, type LoadResult, promptOf, type Target } from './target.ts';

interface Reading {
  turnId: string;
  firstTokenMs: number;
  gapMs: number[];
}

/** The whole way: the built program as `npm start` runs it, browsers at its page, PostgreSQL and all. */
export async function startPage({ modelPath, threads }: BenchOptions, parallel: number): Promise<Target> {
  const folder = temporaryDataDir();
  const storyteller = new StorytellerProcess('start', {
    DATA_DIR: folder.path,
    MODEL: modelPath,
    QUOTA_TURNS_PER_HOUR: '0',
    GENERATOR_THREADS: String(threads),
    GENERATOR_PARALLEL: String(parallel),
  });
  const url = await storyteller.url();
  await storyteller.line(({ from, msg }) => from === 'generator' && msg.includes('ready'));

  async function load(options: LoadOptions): Promise<LoadResult> {
    const { streams, tokens } = options;
    const visitors = Array.from({ length: streams }, () => new WebBrowser(url));
    for (const visitor of visitors) {
      await visitor.get('/api/stories');
      await visitor.post('/api/settings', { changes: { maxTokens: tokens } });
    }
    const startedAt = performance.now();
    const readings = await Promise.all(
      visitors.map((visitor, stream) => readStory(visitor, promptOf(options, stream))),
    );
    const seconds = (performance.now() - startedAt) / 1000;
    const ended = await Promise.all(
      readings.map(({ turnId }) =>
        storyteller.line(({ msg, turn }) => msg === 'turn ended' && turn === turnId),
      ),
    );
    return {
      tokens: ended.reduce((sum, line) => sum + Number(line.tokens), 0),
      seconds,
      firstTokenMs: readings.map(({ firstTokenMs }) => firstTokenMs),
      gapMs: readings.flatMap(({ gapMs }) => gapMs),
      cores: Number.NaN,
      rssMb: Number.NaN,
    };
  }

  return {
    name: 'page',
    load,
    async stop() {
      await storyteller.end('SIGTERM');
      folder.remove();
    },
  };
}

/** Begins a story and reads it as the page does, to its end. */
async function readStory(visitor: WebBrowser, prompt: string): Promise<Reading> {
  const leaving = new AbortController();
  const events = await visitor.request('/api/events', { signal: leaving.signal });
  const startedAt = performance.now();
  const { turnId } = (await visitor.post<{ turnId: string }>('/api/stories', { prompt })).json;
  const arrivals: number[] = [];
  const stream = events.body?.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for await (const { event, data } of stream ?? []) {
    if (event !== 'delta') continue;
    const part = JSON.parse(data) as DeltaEvent;
    if (part.turnId !== turnId) continue;
    if (part.text !== '') arrivals.push(performance.now());
    if (part.phase === 'done') break;
  }
  leaving.abort();
  const [first = Number.NaN] = arrivals;
  return {
    turnId,
    firstTokenMs: first - startedAt,
    gapMs: arrivals.slice(1).map((at, n) => at - (arrivals[n] ?? at)),
  };
}
