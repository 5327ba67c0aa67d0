import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchOptions, Findings, Scenario } from '../scenario.ts';
import { metricOf, soak } from '../soak.ts';
import { processUse } from '../targets/process-use.ts';
import { startService } from '../targets/service.ts';

/** Whether anything is left over when clients come and hang up as they like. */
export const hangUps: Scenario = {
  name: 'soak',
  about:
    'clients that connect, stream and hang up at random for five minutes: slots, queue and memory after it',
  byDefault: false,
  run,
};

const atOnce = 1_000;
const warmUpMs = 60_000;
const soakMs = 300_000;

async function run(options: BenchOptions): Promise<Findings> {
  const service = await startService(options, Math.max(...options.streams));
  const { url, apiKey } = service;
  const clients = Number.POSITIVE_INFINITY;
  const hammer = (milliseconds: number) =>
    soak({ url, apiKey, clients, atOnce, milliseconds, random: Math.random });
  const rss = () => processUse(service.pid()).rssMb;
  try {
    await hammer(warmUpMs);
    const before = rss();
    const outcome = await hammer(soakMs);
    await sleep(2_000);
    const after = rss();
    const [writing, waiting] = [
      await metricOf(service, 'storyteller_generator_writing'),
      await metricOf(service, 'storyteller_generator_waiting'),
    ];
    const columns = [
      'finished',
      'hung up',
      'refused',
      'failed',
      'writing after',
      'waiting after',
      'RSS before MB',
      'after MB',
      '%',
    ];
    const change = ((after / before - 1) * 100).toFixed(1);
    const { finished, hungUp, refused, failed } = outcome;
    const rows = [
      [finished, hungUp, refused, failed, writing, waiting, before.toFixed(0), after.toFixed(0), change],
    ];
    return { tables: [{ title: `${atOnce} clients at once, ${soakMs / 1000} s`, columns, rows }] };
  } finally {
    await service.stop();
  }
}
