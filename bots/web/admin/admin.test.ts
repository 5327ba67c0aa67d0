import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { textsFor } from '../../../src/texts/catalogue.ts';
import { CountingGenerator } from '../../../test/fakes/generator.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { type Told, tellStory } from '../../../test/support/history.ts';
import { nastyTexts } from '../../../test/support/nasty-texts.ts';
import { startWeb, useWeb } from '../../../test/support/web.ts';
import { WebBrowser } from '../../../test/support/web-browser.ts';

const token = 'a token for the admin';
const database = useDatabase();
const web = useWeb(database, new CountingGenerator(), { settings: { ADMIN_TOKEN: token } });
let admin: WebBrowser;
let told: Told;

const form = (fields: Record<string, string>) => ({
  method: 'POST',
  redirect: 'manual' as const,
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(fields).toString(),
});

async function page(path: string, browser = admin): Promise<string> {
  const response = await browser.request(path, { headers: { accept: 'text/html' } });
  expect(response.status).toBe(200);
  return response.text();
}

beforeAll(async () => {
  told = await tellStory(
    database.db,
    [
      { prompt: 'The dragons', text: 'were sleeping under the sea.', author: 'Ann' },
      { text: 'first version', author: 'Bob' },
      { text: 'second version', author: 'Bob', after: 0 },
    ],
    { title: 'Dragons', head: 1 },
  );
  await tellStory(database.db, [{ text: 'Ёлка и драконы', author: 'Cid' }], { channel: '2' });
  for (const text of nastyTexts) {
    await tellStory(database.db, [{ prompt: text, text, author: text.slice(0, 80) }], {
      channel: text.slice(0, 80),
      title: text,
    });
  }
  admin = new WebBrowser(web.url);
  const response = await admin.request('/admin/login', form({ token }));
  expect(response.status).toBe(303);
});

describe('without the token', () => {
  it('there is a form, and nothing else', async () => {
    const stranger = new WebBrowser(web.url);
    for (const path of [
      '/admin',
      '/admin/stories',
      `/admin/stories/${told.storyId}`,
      '/admin/authors',
      '/admin/audit',
      '/admin/exports',
    ]) {
      expect(await page(path, stranger)).toMatch(/<form class="login"/);
    }
    for (const path of ['/admin/live', '/admin/api/stats', '/admin/export?format=jsonl']) {
      expect((await stranger.request(path)).status).toBe(401);
    }
    const stop = await stranger.request(`/admin/turns/${told.turnIds[0]}/stop`, form({}));
    expect(stop.status).toBe(401);
  });

  it('a forged cookie opens nothing, nor does one of another token', async () => {
    const forged = await fetch(`${web.url}/admin/live`, {
      headers: { cookie: 'storyteller-admin=9999999999999.x' },
    });
    expect(forged.status).toBe(401);
    const other = await startWeb(database.db, new CountingGenerator(), {
      settings: { ADMIN_TOKEN: 'another token' },
    });
    expect((await admin.at(other.url).request('/admin/live')).status).toBe(401);
    await other.stop();
  });

  it('there are no pages at all where ADMIN_TOKEN is not set', async () => {
    const off = await startWeb(database.db, new CountingGenerator());
    for (const path of ['/admin', '/admin/login', '/admin/export']) {
      expect((await fetch(off.url + path)).status).toBe(404);
    }
    await off.stop();
  });

  it('guessing is cut short', async () => {
    const guessed = await startWeb(database.db, new CountingGenerator(), {
      settings: { ADMIN_TOKEN: token },
    });
    const guess = (text: string) => fetch(`${guessed.url}/admin/login`, form({ token: text }));
    const statuses = [];
    for (let i = 0; i < 10; i++) statuses.push((await guess(`wrong ${i}`)).status);
    expect(statuses).toEqual([...Array(9).fill(403), 429]);
    const late = await guess(token);
    expect(late.status).toBe(429);
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
    await guessed.stop();
  });

  it('a form without a token is a wrong one', async () => {
    expect((await fetch(`${web.url}/admin/login`, { method: 'POST' })).status).toBe(403);
  });

  it('another site can’t use somebody’s login', async () => {
    const response = await admin.request(`/admin/authors/${told.turnIds[0]}/block`, {
      ...form({}),
      headers: { ...form({}).headers, 'sec-fetch-site': 'cross-site' },
    });
    expect(response.status).toBe(403);
  });
});

describe('with the token', () => {
  it('the cookie is for these pages alone, and scripts can’t read it', async () => {
    const response = await new WebBrowser(web.url).request('/admin/login', form({ token }));
    const cookie = response.headers.getSetCookie().find((line) => line.startsWith('storyteller-admin='));
    for (const attribute of ['HttpOnly', 'SameSite=Strict', 'Path=/admin', 'Max-Age=43200'])
      expect(cookie).toContain(attribute);
  });

  it('a program may send it as a bearer token', async () => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${web.url}/admin/api/stats`, { headers });
    expect(await response.json()).toMatchObject({ totals: { stories: nastyTexts.length + 2 } });
  });

  it('words are found in English and Russian, whatever their ending', async () => {
    expect(await page('/admin/stories?q=sleep+dragon')).toContain('were <mark>sleeping</mark> under');
    expect(await page(`/admin/stories?q=${encodeURIComponent('ёлки дракона')}`)).toContain(
      '<mark>драконы</mark>',
    );
    expect(await page('/admin/stories?q=sleep+-dragon')).toContain('Nothing found.');
  });

  it('the history is narrowed by what the form says, and nonsense in it is no error', async () => {
    expect(await page('/admin/stories?author=discord:Ann')).toContain('>Dragons</a>');
    expect(await page('/admin/stories?author=discord:Cid')).not.toContain('>Dragons</a>');
    expect(await page('/admin/stories?channel=discord:2&platform=discord')).toContain('Ёлка');
    expect(await page('/admin/stories?platform=telegram')).toContain('Nothing found.');
    expect(await page('/admin/stories?since=2126-01-01')).toContain('Nothing found.');
    expect(await page("/admin/stories?since=never&before='&channel=nowhere&q=%22%27)(")).toContain('<h1');
  });

  it('texts are only texts on every page', async () => {
    for (const path of ['/admin/stories', '/admin/authors', '/admin/stories?q=click']) {
      const markup = await page(path);
      expect(markup).not.toMatch(/<script>|<img|onerror=alert\(1\)>/);
      expect(markup.match(/<\/body>/g)).toHaveLength(1);
    }
  });

  it('a story shows every version, the way to where it stands opened', async () => {
    const markup = await page(`/admin/stories/${told.storyId}`);
    expect(markup).toMatch(/<details open>\s*<summary>Version 1 of 2 ✓/);
    expect(markup).toMatch(/<details>\s*<summary>Version 2 of 2<\/summary>/);
    expect(markup).toContain('second version');
    const missing = await admin.request('/admin/stories/nothing', { headers: { accept: 'text/html' } });
    expect(missing.status).toBe(404);
  });

  it('somebody is blocked, let in again, and given a quota of their own, and the log says so', async () => {
    const { id } = await database.db
      .selectFrom('authors')
      .select('id')
      .where('name', '=', 'Ann')
      .executeTakeFirstOrThrow();
    const author = () =>
      database.db
        .selectFrom('authors')
        .select(['blocked', 'turns_per_hour'])
        .where('id', '=', id)
        .executeTakeFirst();
    await admin.request(`/admin/authors/${id}/block`, form({}));
    expect(await author()).toEqual({ blocked: true, turns_per_hour: null });
    expect(await page('/admin/authors?q=Ann')).toContain('<strong>blocked</strong>');
    await admin.request(`/admin/authors/${id}/unblock`, form({}));
    await admin.request(`/admin/authors/${id}/quota`, form({ quota: '7' }));
    expect(await author()).toEqual({ blocked: false, turns_per_hour: 7 });
    await admin.request(`/admin/authors/${id}/quota`, form({ quota: 'many' }));
    expect(await author()).toEqual({ blocked: false, turns_per_hour: 7 });
    await admin.request(`/admin/authors/${id}/quota`, form({ quota: '' }));
    expect(await author()).toEqual({ blocked: false, turns_per_hour: null });
    const audit = await page('/admin/audit');
    for (const action of ['block', 'unblock', 'quota']) expect(audit).toContain(`<td>${action}</td>`);
  });

  it('an export comes as a file, and a signed link gives that export to anybody, until it expires', async () => {
    const direct = await admin.request(`/admin/export?format=markdown&story=${told.storyId}`);
    expect(direct.headers.get('content-disposition')).toMatch(/^attachment; filename="storyteller-.*\.md"$/);
    const text = await direct.text();
    expect(text).toContain('The dragons');
    const made = await (
      await admin.request('/admin/exports/link', form({ format: 'markdown', channel: 'discord:1' }))
    ).text();
    const link = /href="([^"]+signature[^"]+)"/.exec(made)![1]!.replaceAll('&amp;', '&');
    const given = await fetch(link);
    expect(given.status).toBe(200);
    expect(await given.text()).toBe(text);
    expect((await fetch(link.replace('discord%3A1', 'discord%3A2'))).status).toBe(401);
    expect((await fetch(link.replace(/expires=\d/, 'expires=9'))).status).toBe(401);
    expect((await fetch(link.replace(/&channel=[^&]+/, ''))).status).toBe(401);
    const bad = await admin.request('/admin/export?format=pdf');
    expect(bad.status).toBe(400);
  });

  it('behind a proxy that speaks TLS a signed link does too, and the cookie is for TLS alone', async () => {
    const login = form({ token });
    const headers = { ...login.headers, 'x-forwarded-proto': 'https, http' };
    const response = await new WebBrowser(web.url).request('/admin/login', { ...login, headers });
    expect(response.headers.get('set-cookie')).toContain('Secure');
    const link = form({ format: 'markdown' });
    const made = await admin.request('/admin/exports/link', { ...link, headers });
    const { host } = new URL(web.url);
    expect(await made.text()).toContain(`href="https://${host}/admin/export?format=markdown`);
  });

  it('a search that takes too long is given up, and says so', async () => {
    const blocked = await database.db.transaction().execute(async (transaction) => {
      await sql`lock table turns in access exclusive mode`.execute(transaction);
      return page('/admin/stories?q=dragons');
    });
    expect(blocked).toContain(textsFor('en').admin.searchTooWide);
    expect(await page('/admin/stories?q=dragons')).not.toContain(textsFor('en').admin.searchTooWide);
  });
});
