import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPostmaster } from '../../src/storage/embedded/postmaster.ts';
import { CountingService } from '../fakes/counting-service.ts';
import { counted } from '../fakes/generator.ts';
import { soon } from '../support/soon.ts';
import { StorytellerProcess, temporaryDataDir } from '../support/storyteller.ts';
import { WebBrowser } from '../support/web-browser.ts';

interface StoryJson {
  turns: { id: string; text: string; state: string }[];
}

let running: StorytellerProcess[] = [];
let folder = temporaryDataDir();
let service: CountingService | undefined;

function start(env: Record<string, string> = {}): StorytellerProcess {
  const storyteller = new StorytellerProcess('start', { DATA_DIR: folder.path, ...env });
  running.push(storyteller);
  return storyteller;
}

async function begin(visitor: WebBrowser, prompt: string): Promise<string> {
  await visitor.get('/api/stories');
  return (await visitor.post<{ storyId: string }>('/api/stories', { prompt })).json.storyId;
}

const lastTurn = async (visitor: WebBrowser, storyId: string) =>
  (await visitor.get<StoryJson>(`/api/stories/${storyId}`)).json.turns.at(-1)!;

const finished = (visitor: WebBrowser, storyId: string) =>
  soon(async () => {
    const turn = await lastTurn(visitor, storyId);
    expect(turn.state).toBe('finished');
    return turn;
  });

/** Begins a story, and goes no further in it until the service is let. */
async function halfWritten(visitor: WebBrowser): Promise<string> {
  const storyId = await begin(visitor, 'Count:');
  await soon(async () => expect((await lastTurn(visitor, storyId)).text).toBe(counted(1, 50)));
  return storyId;
}

const letGoOn = () => {
  if (service) service.heldAt = undefined;
};

/** The process number of its generator. */
function generatorOf({ child }: StorytellerProcess): number {
  const read = (pid: string, name: string) => readFileSync(`/proc/${pid}/${name}`, 'utf8');
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const own = pids.filter((pid) => {
    try {
      return read(pid, 'stat').split(') ')[1]?.split(' ')[1] === String(child.pid);
    } catch {
      return false;
    }
  });
  return Number(own.find((pid) => read(pid, 'cmdline').includes('generator')));
}

async function startCounting(): Promise<{ GENERATOR_URL: string }> {
  service = new CountingService();
  service.heldAt = 50;
  return { GENERATOR_URL: await service.start() };
}

beforeEach(() => {
  folder.remove();
  folder = temporaryDataDir();
});
afterEach(async () => {
  await Promise.all(running.map((storyteller) => storyteller.end('SIGTERM')));
  running = [];
  await service?.stop();
  service = undefined;
});
afterAll(() => folder.remove());

describe('npm start', () => {
  it('tells a first story with nothing set, ends cleanly, and has the story at its next start', async () => {
    const first = start();
    const visitor = new WebBrowser(await first.url());
    const storyId = await begin(visitor, 'In a city under the sea,');
    const turn = await finished(visitor, storyId);
    expect(turn.text).toMatch(/[a-z]{2,} [a-z]{2,}/);
    expect(turn.text.trim()).toMatch(/[.!?"”]$/);
    expect(await first.line(({ msg }) => msg === 'turn ended')).toMatchObject({
      platform: 'web',
      state: 'finished',
      delivery: 'delivered',
      tokens: expect.any(Number),
      firstTokenMs: expect.any(Number),
    });
    expect(await first.end('SIGTERM')).toBe(0);
    expect(await findPostmaster(`${folder.path}/postgres`)).toBeUndefined();
    const again = visitor.at(await start().url());
    expect((await lastTurn(again, storyId)).text).toBe(turn.text);
  });

  it('killed in the middle of a story, goes on with it at its next start, every word once', async () => {
    const env = await startCounting();
    const first = start(env);
    const visitor = new WebBrowser(await first.url());
    const storyId = await halfWritten(visitor);
    await first.end('SIGKILL');
    letGoOn();
    const again = visitor.at(await start(env).url());
    expect((await finished(again, storyId)).text).toBe(counted(1, 100));
    expect(service?.prompts.length).toBeGreaterThan(1);
  });

  it('stopped in the middle of a story, exits with 0, and goes on with it at its next start', async () => {
    const env = await startCounting();
    const first = start(env);
    const visitor = new WebBrowser(await first.url());
    const storyId = await halfWritten(visitor);
    expect(await first.end('SIGTERM')).toBe(0);
    letGoOn();
    const again = visitor.at(await start(env).url());
    expect((await finished(again, storyId)).text).toBe(counted(1, 100));
  });

  it('goes on when its database goes away in the middle of a story', async () => {
    const env = await startCounting();
    const visitor = new WebBrowser(await start(env).url());
    const storyId = await halfWritten(visitor);
    const server = await findPostmaster(`${folder.path}/postgres`);
    process.kill(server!.pid, 'SIGKILL');
    const refused = await visitor.post('/api/stories', { prompt: 'Now?' });
    expect(JSON.stringify(refused.json)).toMatch(/memory|storyId/);
    letGoOn();
    expect((await finished(visitor, storyId)).text).toBe(counted(1, 100));
  });

  it.skipIf(process.platform !== 'linux')(
    'goes on when its generator dies in the middle of stories',
    async () => {
      const storyteller = start();
      const visitor = new WebBrowser(await storyteller.url());
      await storyteller.line(({ from, msg }) => from === 'generator' && msg.includes('ready'));
      const stories = [];
      for (let n = 0; n < 6; n++) stories.push(await begin(visitor, `In city number ${n} under the sea,`));
      process.kill(generatorOf(storyteller), 'SIGKILL');
      for (const storyId of stories)
        expect((await finished(visitor, storyId)).text.length).toBeGreaterThan(100);
    },
  );
});
