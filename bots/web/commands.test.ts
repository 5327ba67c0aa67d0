import { beforeEach, describe, expect, it } from 'vitest';
import { CountingGenerator, counted } from '../../test/fakes/generator.ts';
import { useDatabase } from '../../test/support/database.ts';
import { soon } from '../../test/support/soon.ts';
import { useWeb } from '../../test/support/web.ts';
import { WebBrowser } from '../../test/support/web-browser.ts';
import type { ErrorJson, SessionJson, SettingsJson, StoryJson, StorySummaryJson } from './client/protocol.ts';

const generator = new CountingGenerator();
const web = useWeb(useDatabase(), generator);
let browser: WebBrowser;

beforeEach(() => {
  browser = new WebBrowser(web.url);
});

type Accepted = { storyId: string; turnId: string };
type History = { stories: StorySummaryJson[]; more: boolean };

const story = async (storyId: string, by = browser) =>
  (await by.get<StoryJson>(`/api/stories/${storyId}`)).json;

const finished = (storyId: string) =>
  soon(async () => {
    const json = await story(storyId);
    expect(json.turns.at(-1)?.state).toMatch(/finished|stopped|failed/);
    return json;
  });

async function begin(prompt = 'In a city under the sea,'): Promise<Accepted> {
  const { status, json } = await browser.post<Accepted>('/api/stories', { prompt });
  expect(status).toBe(202);
  return json;
}

describe('a story over HTTP', () => {
  it('is begun, written on, told anew, walked through and taken back', async () => {
    const { storyId, turnId } = await begin();
    expect((await finished(storyId)).turns).toMatchObject([
      {
        id: turnId,
        prompt: 'In a city under the sea,',
        between: '',
        text: counted(1, 20),
        state: 'finished',
      },
    ]);

    generator.last = 40;
    const next = await browser.post<Accepted>(`/api/turns/${turnId}/continue`, { prompt: 'Then' });
    const told = await finished(storyId);
    expect(told.turns.map(({ prompt, before }) => [before, prompt])).toEqual([
      ['', 'In a city under the sea,'],
      ['\n\n', 'Then'],
    ]);

    const retried = await browser.post<Accepted>(`/api/turns/${next.json.turnId}/retry`);
    const versions = [next.json.turnId, retried.json.turnId];
    expect((await finished(storyId)).turns[1]).toMatchObject({ id: versions[1], versionIds: versions });
    await browser.post(`/api/turns/${versions[0]}/show`);
    expect((await story(storyId)).turns[1]).toMatchObject({ id: versions[0], versionIds: versions });

    await browser.post(`/api/turns/${versions[0]}/undo`);
    expect((await story(storyId)).turns.map(({ id }) => id)).toEqual([turnId]);
  });

  it('stops', async () => {
    generator.last = 1_000;
    generator.gate = new AbortController();
    const { storyId, turnId } = await begin();
    await soon(async () => expect((await story(storyId)).turns[0]?.state).toBe('writing'));
    expect((await browser.post(`/api/turns/${turnId}/stop`)).status).toBe(200);
    expect((await finished(storyId)).turns[0]).toMatchObject({ state: 'stopped', note: 'Stopped.' });
    generator.gate = undefined;
    generator.last = 20;
  });

  it('is begun once, however often the same request arrives', async () => {
    const request = { prompt: 'Once', key: '6f1c1c1e-8a51-4a94-9c2a-0d4f6f3b1a11' };
    const first = await browser.post<Accepted>('/api/stories', request);
    const second = await browser.post<Accepted>('/api/stories', request);
    expect(second.json).toEqual(first.json);
    const other = new WebBrowser(web.url);
    expect((await other.post<Accepted>('/api/stories', request)).json).not.toEqual(first.json);
  });

  it('is listed, cleared, and seen by its own browser alone', async () => {
    const { storyId, turnId } = await begin('A private tale');
    await finished(storyId);
    const { json } = await browser.get<History>('/api/stories');
    expect(json).toMatchObject({
      stories: [{ id: storyId, title: 'A private tale', turns: 1 }],
      more: false,
    });

    const other = new WebBrowser(web.url);
    expect((await other.get<History>('/api/stories')).json.stories).toEqual([]);
    expect((await other.get(`/api/stories/${storyId}`)).status).toBe(404);
    for (const action of ['continue', 'retry', 'undo', 'stop', 'show']) {
      expect((await other.post(`/api/turns/${turnId}/${action}`)).status, action).toBeGreaterThanOrEqual(400);
    }
    expect((await story(storyId)).turns).toHaveLength(1);

    await browser.post('/api/clear');
    expect((await browser.get<History>('/api/stories')).json.stories).toEqual([]);
    expect((await browser.get(`/api/stories/${storyId}`)).status).toBe(404);
  });
});

describe('settings', () => {
  const settings = async () => (await browser.get<SessionJson>('/api/session')).json.settings;

  it('are kept, checked and reset', async () => {
    await browser.post('/api/settings', { changes: { temperature: 1.5, topK: 7 } });
    expect(await settings()).toEqual({ temperature: 1.5, topK: 7 });
    const refused = await browser.post<ErrorJson>('/api/settings', { changes: { temperature: 9 } });
    expect(refused).toMatchObject({ status: 400, json: { error: { reason: 'badSetting' } } });
    expect(refused.json.error.text).toContain('0.1–2');
    expect((await browser.post('/api/settings', { changes: { unknown: 1 } })).status).toBe(400);
    const { json } = await browser.post<{ settings: SettingsJson }>('/api/settings', { reset: true });
    expect(json.settings).toEqual({});
  });

  it('speak the language that is set, else the browser’s', async () => {
    const session = async (languages?: string) =>
      (await browser.get<SessionJson>('/api/session', languages ? { 'accept-language': languages } : {}))
        .json;
    expect((await session()).locale).toBe('en');
    expect((await session('de, ru;q=0.8, en;q=0.5')).locale).toBe('ru');
    expect((await session('ru;q=0.2, en-GB')).locale).toBe('en');
    await browser.post('/api/settings', { changes: { language: 'ru' } });
    expect(await session('en')).toMatchObject({ locale: 'ru', texts: { send: 'Писать' } });
    const page = await (await browser.request('/', { headers: { 'accept-language': 'en' } })).text();
    expect(page).toContain('<html lang="ru"');
  });

  it('name the model, also while it can’t be asked', async () => {
    expect((await browser.get<SessionJson>('/api/session')).json.model).toEqual({
      name: 'counting',
      bundled: false,
    });
    generator.down = new Error('starting');
    expect((await browser.get<SessionJson>('/api/session')).json.model).toBeNull();
    generator.down = undefined;
  });
});
