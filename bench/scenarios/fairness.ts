import type { BenchOptions, Findings, Scenario } from '../scenario.ts';
import { median } from '../statistics.ts';
import { startService } from '../targets/service.ts';

/** How long somebody waits behind another's hundred prompts. */
export const fairness: Scenario = {
  name: 'fairness',
  about: "a newcomer's wait behind one author's 100 prompts, in turns",
  byDefault: true,
  run,
};

const flood = 100;
const tokens = 24;

async function run(options: BenchOptions): Promise<Findings> {
  const service = await startService(options, 1);
  try {
    const turns: number[] = [];
    for (let round = 0; round < options.rounds; round++) turns.push(await turnsBefore(service, round));
    const columns = ['prompts queued by another', 'their turns that ended before the newcomer’s', 'most'];
    const rows = [[flood, median(turns), Math.max(...turns)]];
    return { tables: [{ title: 'Fairness, one slot', columns, rows }] };
  } finally {
    await service.stop();
  }
}

/** Turns of the flood that ended between the newcomer's prompt and the end of its turn. */
async function turnsBefore(service: { url: string; apiKey: string }, round: number): Promise<number> {
  let ended = 0;
  const stopping = new AbortController();
  const ask = async (user: string, prompt: string) => {
    const answer = await fetch(`${service.url}/completion`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${service.apiKey}` },
      body: JSON.stringify({ prompt, n_predict: tokens, user, seed: round }),
      signal: stopping.signal,
    });
    await answer.text();
  };
  const floods = Array.from({ length: flood }, (_, index) =>
    ask('flood', `Prompt ${index}`).then(
      () => ended++,
      () => {},
    ),
  );
  while (ended < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  const before = ended;
  await ask(`newcomer-${round}`, 'Once upon a time');
  const between = ended - before;
  stopping.abort();
  await Promise.all(floods);
  return between;
}
