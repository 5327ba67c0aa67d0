import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchOptions, Findings, Scenario } from '../scenario.ts';
import { metricOf, soak } from '../soak.ts';
import { median } from '../statistics.ts';
import { processUse } from '../targets/process-use.ts';
import { type ServiceTarget, startService } from '../targets/service.ts';

/** Whether anything is left over when clients come and hang up as they like. */
export const hangUps: Scenario = {
  name: 'soak',
  about: 'clients that connect, stream and hang up at random for five minutes: slots, queue, memory',
  byDefault: false,
  run,
};

const slots = 8;
const atOnce = 1_000;
const warmUpMs = 60_000;
const soakMs = 300_000;
const sampleMs = 5_000;
const rowMs = 30_000;
const minute = 60_000 / sampleMs;

interface Sample {
  writing: number;
  waiting: number;
  rssMb: number;
}

async function run(options: BenchOptions): Promise<Findings> {
  const service = await startService(options, slots);
  const { url, apiKey } = service;
  const clients = Number.POSITIVE_INFINITY;
  const hammer = (milliseconds: number) =>
    soak({ url, apiKey, clients, atOnce, milliseconds, random: Math.random });
  const samples: Sample[] = [];
  try {
    await hammer(warmUpMs);
    const stopping = new AbortController();
    const sampling = sampleUntil(stopping.signal, service, samples, options.log);
    const { finished, hungUp, refused, failed } = await hammer(soakMs);
    stopping.abort();
    await sampling;
    await sleep(1_000);
    const after = await sample(service);
    const rss = samples.map(({ rssMb }) => rssMb);
    const [first, last] = [median(rss.slice(0, minute)), median(rss.slice(-minute))];
    const columns = ['finished', 'hung up', 'refused', 'failed', 'writing after', 'waiting after'];
    columns.push('RSS MB, first minute', 'last minute', 'change %');
    const rows = [[finished, hungUp, refused, failed, after.writing, after.waiting]];
    rows[0]?.push(Math.round(first), Math.round(last), Number(((last / first - 1) * 100).toFixed(1)));
    return { tables: [courseTable(samples), { title: `${atOnce} clients at once`, columns, rows }] };
  } finally {
    await service.stop();
  }
}

async function sampleUntil(
  signal: AbortSignal,
  service: ServiceTarget,
  samples: Sample[],
  log: (line: string) => void,
): Promise<void> {
  while (!signal.aborted) {
    const { writing, waiting, rssMb } = await sample(service);
    samples.push({ writing, waiting, rssMb });
    log(`${writing} writing, ${waiting} waiting, ${rssMb.toFixed(0)} MB`);
    await sleep(sampleMs, undefined, { signal }).catch(() => {});
  }
}

async function sample(service: ServiceTarget): Promise<Sample> {
  const writing = await metricOf(service, 'storyteller_generator_writing');
  const waiting = await metricOf(service, 'storyteller_generator_waiting');
  return { writing, waiting, rssMb: processUse(service.pid()).rssMb };
}

function courseTable(samples: Sample[]) {
  const rows = samples
    .map(({ writing, waiting, rssMb }, at) => [(at * sampleMs) / 1_000, writing, waiting, rssMb.toFixed(0)])
    .filter((_, at) => at % (rowMs / sampleMs) === 0);
  return { title: 'In its course', columns: ['about s', 'writing', 'waiting', 'RSS MB'], rows };
}
