import { request } from 'undici';
import { processUse } from './process-use.ts';
import { type LoadOptions, type LoadResult, promptOf, sampling } from './target.ts';

interface HttpService {
  url: string;
  apiKey?: string | undefined;
  pid: number | undefined;
}

/** Asks a service for so many texts at once, by llama.cpp's `/completion`. */
export async function loadOverHttp(service: HttpService, options: LoadOptions): Promise<LoadResult> {
  const before = processUse(service.pid);
  const started = performance.now();
  const streams = await Promise.all(
    Array.from({ length: options.streams }, (_, stream) => oneStream(service, options, stream)),
  );
  const seconds = (performance.now() - started) / 1000;
  const after = processUse(service.pid);
  return {
    tokens: streams.reduce((sum, stream) => sum + stream.tokens, 0),
    seconds,
    firstTokenMs: streams.map((stream) => stream.firstTokenMs),
    gapMs: streams.flatMap((stream) => stream.gapMs),
    cores: (after.cpuSeconds - before.cpuSeconds) / seconds,
    rssMb: after.rssMb,
  };
}

/** The last chunk holds the whole text in some servers. */
const lastChunkLength = 100_000;

async function oneStream(service: HttpService, options: LoadOptions, stream: number) {
  const { tokens, round } = options;
  const started = performance.now();
  const answer = await request(`${service.url}/completion`, {
    method: 'POST',
    // llama-server closes a connection that rests for some seconds, even as the next request comes.
    reset: true,
    headers: {
      'content-type': 'application/json',
      ...(service.apiKey ? { authorization: `Bearer ${service.apiKey}` } : {}),
    },
    body: JSON.stringify({
      prompt: promptOf(options, stream),
      n_predict: tokens,
      temperature: sampling.temperature,
      top_k: sampling.topK,
      top_p: sampling.topP,
      min_p: sampling.minP,
      seed: round * 1000 + stream,
      stream: true,
      user: `author-${stream}`,
    }),
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${await answer.body.text()}`);
  let last: number | undefined;
  let firstTokenMs = Number.NaN;
  let tail = '';
  const gapMs: number[] = [];
  for await (const chunk of answer.body) {
    const now = performance.now();
    if (last === undefined) firstTokenMs = now - started;
    else gapMs.push(now - last);
    last = now;
    tail = (tail + String(chunk)).slice(-lastChunkLength);
  }
  const lastChunk =
    tail
      .trim()
      .split('\n\n')
      .at(-1)
      ?.replace(/^data: /, '') ?? '{}';
  const { tokens_predicted: written = gapMs.length + 1 } = JSON.parse(lastChunk) as {
    tokens_predicted?: number;
  };
  return { tokens: written, firstTokenMs, gapMs };
}
