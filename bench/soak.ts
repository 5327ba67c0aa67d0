import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';

export interface SoakOptions {
  url: string;
  apiKey: string;
  /** Connections that are made in all. */
  clients: number;
  /** Of those, at once. */
  atOnce: number;
  /** Stops making new ones after so long; 0: when all have been made. */
  milliseconds: number;
  random: () => number;
}

export interface SoakOutcome {
  finished: number;
  hungUp: number;
  /** Told to come again later: the queue was full. */
  refused: number;
  /** Neither served nor refused. */
  failed: number;
}

const longestTokens = 200;
/** A client that hangs up does so within this time: most of them while they wait, some while they read. */
const patienceMs = 5_000;
/** A thousand connections at once take longer than undici's usual ten seconds on a busy machine. */
const connectMs = 60_000;

/**
 * Clients that connect, stream and hang up at random moments: before the first word, in the middle, or at the end. One
 * that is refused comes again when it was told to.
 */
export async function soak(options: SoakOptions): Promise<SoakOutcome> {
  const outcome: SoakOutcome = { finished: 0, hungUp: 0, refused: 0, failed: 0 };
  const end = performance.now() + (options.milliseconds || Number.POSITIVE_INFINITY);
  const leftMs = () => Math.max(0, end - performance.now());
  // No connection is used twice.
  const dispatcher = new Agent({ connections: null, pipelining: 0, connect: { timeout: connectMs } });
  let made = 0;
  const client = async () => {
    while (made < options.clients && leftMs() > 0) {
      const { ended, comeAgainMs } = await connect(options, made++, dispatcher);
      outcome[ended]++;
      if (comeAgainMs > 0) await sleep(Math.min(comeAgainMs, leftMs()));
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, client));
  await dispatcher.destroy();
  return outcome;
}

interface Visit {
  ended: keyof SoakOutcome;
  comeAgainMs: number;
}

async function connect(
  { url, apiKey, random }: SoakOptions,
  index: number,
  dispatcher: Agent,
): Promise<Visit> {
  const hangUp = new AbortController();
  const timer = random() < 0.7 ? setTimeout(() => hangUp.abort(), random() * patienceMs) : undefined;
  try {
    const answer = await request(`${url}/completion`, {
      method: 'POST',
      dispatcher,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
      body: JSON.stringify({
        prompt: `Once upon a time, in house ${index},`,
        n_predict: Math.ceil(random() * longestTokens),
        stream: random() < 0.8,
        user: `author-${index % 50}`,
        prompt_cache_key: `story-${index % 200}`,
      }),
      signal: hangUp.signal,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    await answer.body.text();
    if (answer.statusCode === 200) return { ended: 'finished', comeAgainMs: 0 };
    const seconds = Number(answer.headers['retry-after']);
    const toldWhen = answer.statusCode === 429 && seconds > 0;
    return { ended: toldWhen ? 'refused' : 'failed', comeAgainMs: toldWhen ? seconds * 1_000 : 0 };
  } catch {
    return { ended: hangUp.signal.aborted ? 'hungUp' : 'failed', comeAgainMs: 0 };
  } finally {
    clearTimeout(timer);
  }
}

/** A gauge or counter of the service. */
export async function metricOf(service: { url: string; apiKey: string }, name: string): Promise<number> {
  const headers = { authorization: `Bearer ${service.apiKey}` };
  const text = await (await fetch(`${service.url}/metrics`, { headers })).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}
