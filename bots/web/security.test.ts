import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { CountingGenerator } from '../../test/fakes/generator.ts';
import { useDatabase } from '../../test/support/database.ts';
import { startWeb, useWeb } from '../../test/support/web.ts';
import { WebBrowser } from '../../test/support/web-browser.ts';
import type { ErrorJson, SessionJson } from './client/protocol.ts';

const database = useDatabase();
const web = useWeb(database, new CountingGenerator());
let browser: WebBrowser;

beforeEach(() => {
  browser = new WebBrowser(web.url);
});

describe('a browser’s identity', () => {
  it('is a signed cookie that scripts can’t read', async () => {
    const response = await browser.request('/');
    const cookie = response.headers.getSetCookie().find((line) => line.startsWith('storyteller='));
    expect(cookie).toMatch(/^storyteller=[0-9a-f-]{36}\.[^;]+; /);
    for (const attribute of ['HttpOnly', 'SameSite=Lax', 'Path=/']) expect(cookie).toContain(attribute);
    expect(cookie).not.toContain('Secure');
  });

  it('is for encrypted connections alone where the page comes over one', async () => {
    const response = await browser.request('/', { headers: { 'x-forwarded-proto': 'https' } });
    expect(response.headers.get('set-cookie')).toContain('; Secure');
  });

  it('can’t be forged', async () => {
    await browser.request('/');
    const forged = browser.cookie.replace(/=[0-9a-f]{8}/, '=00000000');
    const response = await fetch(`${web.url}/api/session`, { headers: { cookie: forged } });
    expect(response.headers.get('set-cookie')).toMatch(/^storyteller=(?!00000000)/);
  });

  it('is the same for another process, and after a restart', async () => {
    await browser.post('/api/settings', { changes: { topK: 3 } });
    const other = await startWeb(database.db, new CountingGenerator());
    const response = await fetch(`${other.url}/api/session`, { headers: { cookie: browser.cookie } });
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(((await response.json()) as SessionJson).settings).toEqual({ topK: 3 });
    await other.stop();
  });
});

describe('requests from another site', () => {
  const from = (headers: Record<string, string>) => browser.post<ErrorJson>('/api/settings', {}, headers);

  it.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
  ])('are refused: %j', async (headers) => {
    expect(await from(headers)).toMatchObject({ status: 403, json: { error: { reason: 'foreignOrigin' } } });
  });

  it('are told from the page’s own, and from programs', async () => {
    for (const headers of [{ 'sec-fetch-site': 'same-origin' }, { origin: web.url }, {}]) {
      expect((await from(headers)).status).toBe(200);
    }
  });
});

describe('what is sent', () => {
  it.each(['/', '/api/session', '/health', '/nowhere', '/assets/base.css'])(
    'keeps to itself: %s',
    async (path) => {
      const { headers } = await browser.request(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    },
  );

  it('has no inline script or style, and nothing from elsewhere', async () => {
    const html = await (await browser.request('/')).text();
    expect(html).not.toMatch(/<script(?![^>]*src="\/)|<style|\sstyle=|\son\w+=|https?:|\{\{/);
  });

  it('never makes HTML of a text', () => {
    const folder = join(import.meta.dirname, 'client');
    const code = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(folder, file), 'utf8'));
    expect(code.join('\n')).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/);
  });
});
