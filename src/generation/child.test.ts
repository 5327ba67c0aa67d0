import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { useFolder } from '../../test/support/folder.ts';
import { systemClock } from '../ops/clock.ts';
import { loadConfig } from '../ops/config.ts';
import { packageRoot } from '../ops/paths.ts';
import { type SupervisedGenerator, superviseGenerator } from './child.ts';
import { requestFor, write } from './generator.contract.ts';
import { createRemoteGenerator } from './remote/remote-generator.ts';

const folder = useFolder();
const processScript = join(packageRoot, 'bench/targets/generator-process.ts');
const command = [process.execPath, '--import', 'tsx', processScript];

interface LogLine {
  msg: string;
  from?: string;
  pid?: number;
  url?: string;
}

let supervised: SupervisedGenerator | undefined;
const others: ChildProcess[] = [];
afterEach(async () => {
  await supervised?.stop();
  supervised = undefined;
  for (const other of others.splice(0)) other.kill('SIGKILL');
});

function logging() {
  const lines: LogLine[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)) as LogLine);
      done();
    },
  });
  return { lines, logger: pino({ level: 'debug' }, sink) };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await systemClock.sleep(50);
}

const start = async (logger = logging().logger) => {
  const clock = systemClock;
  supervised = await superviseGenerator({ config: loadConfig(), logger, clock, command });
  const { url, apiKey } = supervised;
  return { url, generator: createRemoteGenerator({ url, apiKey, clock, logger }) };
};

const answers = async (url: string) => {
  try {
    return (await fetch(`${url}/health`)).ok;
  } catch {
    return false;
  }
};

describe('superviseGenerator', () => {
  it('writes through a child, forwards its log, and stops it', async () => {
    const { lines, logger } = logging();
    const { generator, url } = await start(logger);
    const { text } = await write(generator, requestFor('Once upon a time', { maxTokens: 40 }));
    expect(text.length).toBeGreaterThan(40);
    expect(lines.find((line) => line.msg === 'generator ready')).toMatchObject({ from: 'generator', url });
    await supervised?.stop();
    expect(await answers(url)).toBe(false);
  });

  it('lets nobody in without the key', async () => {
    const { url } = await start();
    await until(() => answers(url));
    expect((await fetch(`${url}/v1/models`)).status).toBe(401);
  });

  it('starts a killed child again, and a text goes on from where it was', async () => {
    const { lines, logger } = logging();
    const { generator } = await start(logger);
    const request = requestFor('Once upon a time', { temperature: 0.1, topK: 1, maxTokens: 200 });
    const whole = await write(generator, request);
    // With many others the text takes long enough to be caught in its middle.
    const others = Array.from({ length: 14 }, () =>
      write(generator, requestFor('A cat', { maxTokens: 200 })),
    );
    let killed = false;
    let text = '';
    for await (const event of generator.generate(request, new AbortController().signal)) {
      if (event.type !== 'text') continue;
      text += event.text;
      if (killed || text.length < 40) continue;
      killed = true;
      process.kill(supervised?.pid ?? 0, 'SIGKILL');
    }
    await Promise.all(others);
    await until(() => lines.some((line) => line.msg.startsWith('the generator died')));
    expect(text.slice(0, 30)).toBe(whole.text.slice(0, 30));
    expect(text.length).toBeGreaterThan(200);
  });

  it('goes on trying when its program can not be started at all for a while', async () => {
    const place = join(folder, 'place');
    mkdirSync(place);
    symlinkSync(process.execPath, join(place, 'node'));
    const { lines, logger } = logging();
    supervised = await superviseGenerator({
      config: loadConfig(),
      logger,
      clock: systemClock,
      command: [join(place, 'node'), '-e', 'setInterval(() => {}, 1e6)'],
    });
    // For a path through a file Node throws at once, as it does when there is no memory for a process.
    rmSync(place, { recursive: true });
    writeFileSync(place, '');
    process.kill(supervised.pid ?? 0, 'SIGKILL');
    await until(() => lines.filter((line) => line.msg.startsWith('the generator died')).length === 2);
  });

  it('leaves no child behind when the parent is killed', async () => {
    const parent = spawn(
      process.execPath,
      ['--import', 'tsx', join(packageRoot, 'test/support/supervising-process.ts'), ...command],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    others.push(parent);
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const url = line.toString().trim();
    await until(() => answers(url));
    parent.kill('SIGKILL');
    await until(async () => !(await answers(url)));
    expect(await answers(url)).toBe(false);
  });
});
