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
  refused: number;
  /** The connection failed, as when more come at once than the system lets wait. */
  failed: number;
}

const longestTokens = 200;
/** A client that hangs up does so within this time. */
const patienceMs = 400;

/** Clients that connect, stream and hang up at random moments: before the first word, in the middle, or at the end. */
export async function soak(options: SoakOptions): Promise<SoakOutcome> {
  const outcome: SoakOutcome = { finished: 0, hungUp: 0, refused: 0, failed: 0 };
  const started = performance.now();
  const dispatcher = new Agent({ connections: null, connect: { timeout: 120_000 } });
  let made = 0;
  const late = () => options.milliseconds > 0 && performance.now() - started > options.milliseconds;
  const client = async () => {
    while (made < options.clients && !late()) outcome[await connect(options, made++, dispatcher)]++;
  };
  await Promise.all(Array.from({ length: options.atOnce }, client));
  await dispatcher.destroy();
  return outcome;
}

async function connect(
  { url, apiKey, random }: SoakOptions,
  index: number,
  dispatcher: Agent,
): Promise<keyof SoakOutcome> {
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
    });
    await answer.body.text();
    return answer.statusCode === 200 ? 'finished' : 'refused';
  } catch {
    return hangUp.signal.aborted ? 'hungUp' : 'failed';
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
