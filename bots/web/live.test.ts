import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CountingGenerator, counted } from '../../test/fakes/generator.ts';
import { useDatabase } from '../../test/support/database.ts';
import { soon } from '../../test/support/soon.ts';
import { startWeb, type TestWeb } from '../../test/support/web.ts';
import { WebBrowser } from '../../test/support/web-browser.ts';
import { LiveTexts } from './client/live-texts.ts';
import type { StoryJson } from './client/protocol.ts';
import type { LiveEvent } from './hub.ts';

const database = useDatabase();
let generator: CountingGenerator;
let webs: TestWeb[];
let browsers: WebBrowser[];

beforeEach(() => {
  generator = new CountingGenerator();
  webs = [];
  browsers = [];
});
afterEach(async () => {
  for (const browser of browsers) browser.close();
  for (const web of webs) await web.stop();
});

const start = async (options = {}) => {
  const web = await startWeb(database.db, generator, options);
  webs.push(web);
  return web;
};

/** A browser, and what it knows from its live connection. */
async function connect(web: TestWeb, cookie?: WebBrowser) {
  const browser = cookie?.at(web.url) ?? new WebBrowser(web.url);
  browsers.push(browser);
  const texts = new LiveTexts();
  const events: LiveEvent[] = [];
  const ids: (string | undefined)[] = [];
  await browser.listen((event, id) => {
    events.push(event);
    ids.push(id);
    if (event.type === 'snapshot') texts.reset(event.data);
    if (event.type === 'delta') expect(texts.apply(event.data), 'no piece is missed').toBe(true);
  });
  return { browser, texts, events, ids };
}

type Accepted = { storyId: string; turnId: string };
const begin = async (browser: WebBrowser) =>
  (await browser.post<Accepted>('/api/stories', { prompt: 'Count:' })).json;

describe('the live connection', () => {
  it('carries each piece once, under an id of its own, to the very text that is stored', async () => {
    generator.last = 300;
    const { browser, texts, events, ids } = await connect(await start());
    const { storyId, turnId } = await begin(browser);
    await soon(() => expect(texts.get(turnId)?.phase).toBe('done'));
    expect(texts.get(turnId)?.text).toBe(counted(1, 300).trim());
    const { json } = await browser.get<StoryJson>(`/api/stories/${storyId}`);
    expect(json.turns[0]?.text.trim()).toBe(texts.get(turnId)?.text);
    expect(new Set(ids).size).toBe(events.length);
    const sent = events.map((event) => (event.type === 'delta' ? event.data.text.length : 0));
    expect(sent.reduce((sum, length) => sum + length, 0)).toBe(counted(1, 300).trim().length);
  });

  it('goes to every tab of a browser, and to no other browser', async () => {
    const web = await start();
    const first = await connect(web);
    const second = await connect(web, first.browser);
    const stranger = await connect(web);
    const { turnId } = await begin(first.browser);
    await soon(() => expect(second.texts.get(turnId)?.phase).toBe('done'));
    await soon(() => expect(first.texts.get(turnId)?.phase).toBe('done'));
    expect(stranger.events.map(({ type }) => type)).toEqual(['snapshot']);
  });

  it('is made anew when the person is forgotten, for the browser is somebody else from then on', async () => {
    const browser = new WebBrowser((await start()).url);
    await begin(browser);
    const otherTab = await browser.request('/api/events');
    await browser.post('/api/forget');
    expect(await otherTab.text()).toContain('"isCleared":true');
  });

  it('begins with what is being written, wherever it is in it', async () => {
    const web = await start();
    const first = await connect(web);
    generator.gate = new AbortController();
    const { turnId } = await begin(first.browser);
    await soon(() => expect(first.texts.get(turnId)?.phase).toBe('waiting'));
    const second = await connect(web, first.browser);
    expect(second.events[0]).toMatchObject({ type: 'snapshot', data: { parts: [{ turnId, text: '' }] } });
    generator.gate.abort();
    await soon(() => expect(second.texts.get(turnId)?.text).toBe(counted(1, 20).trim()));
  });

  it('goes on after the server was replaced in mid-story, every word once', async () => {
    const web = await start();
    const first = await connect(web);
    generator.gate = new AbortController();
    const { storyId, turnId } = await begin(first.browser);
    await soon(() => expect(generator.requests).toHaveLength(1));
    await web.stop();
    webs = [];
    generator.gate.abort();
    const again = await start();
    const { browser, texts } = await connect(again, first.browser);
    await soon(async () => {
      const { json } = await browser.get<StoryJson>(`/api/stories/${storyId}`);
      expect(json.turns[0]).toMatchObject({ id: turnId, state: 'finished', text: counted(1, 20) });
    });
    const live = texts.get(turnId);
    if (live?.phase === 'done') expect(live.text).toBe(counted(1, 20).trim());
  });

  it('shows what another process writes', async () => {
    await start();
    const reader = await connect(await start({ writes: false }));
    generator.gate = new AbortController();
    const { storyId, turnId } = await begin(reader.browser);
    await soon(() => expect(reader.texts.get(turnId)?.phase).toMatch(/waiting|writing/));
    generator.gate.abort();
    await soon(() =>
      expect(reader.events.filter(({ type }) => type === 'changed').length).toBeGreaterThan(1),
    );
    const { json } = await reader.browser.get<StoryJson>(`/api/stories/${storyId}`);
    expect(json.turns[0]).toMatchObject({ state: 'finished', text: counted(1, 20) });
  });
});

describe('stopping', () => {
  it('takes no more commands, and says so to the page, which tries again', async () => {
    const web = await start();
    const browser = new WebBrowser(web.url);
    await web.platform.stop();
    expect(await browser.post('/api/stories', { prompt: 'a' })).toMatchObject({
      status: 503,
      json: { error: { reason: 'restarting' } },
    });
    expect(web.platform.ready()).toBe(false);
  });

  it('says in one sentence what to do about a port in use', async () => {
    const web = await start();
    const port = Number(new URL(web.url).port);
    await expect(startWeb(database.db, generator, { port })).rejects.toThrow(
      `Something else listens on 127.0.0.1:${port} already: stop it, or set WEB_PORT to another port.`,
    );
  });
});

describe('/health and /ready', () => {
  it.each([
    [{ database: true, generator: true }, 200],
    [{ database: false, generator: true }, 503],
    [{ database: true, generator: false }, 503],
  ])('%j gives %i', async (ready, status) => {
    const browser = new WebBrowser((await start({ ready })).url);
    expect(await browser.get('/ready')).toMatchObject({ status, json: ready });
    expect(await browser.get('/health')).toMatchObject({ status: 200, json: { status: 'ok' } });
  });
});
