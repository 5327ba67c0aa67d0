import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { CountingGenerator } from '../../../test/fakes/generator.ts';
import { hasChromium, inChromium, type PageOptions, useChromium } from '../../../test/support/chromium.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { tellStory } from '../../../test/support/history.ts';
import { nastyTexts } from '../../../test/support/nasty-texts.ts';
import { soon } from '../../../test/support/soon.ts';
import { useWeb } from '../../../test/support/web.ts';

const token = 'a token for the admin';
const generator = new CountingGenerator();
const database = useDatabase();
const web = useWeb(database, generator, { settings: { ADMIN_TOKEN: token } });
const open = useChromium();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const phone = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };
const paths = [
  '/admin',
  '/admin/stories',
  '/admin/stories?q=evil',
  '/admin/authors',
  '/admin/exports',
  '/admin/audit',
];
let storyPath: string;

beforeAll(async () => {
  const at = (days: number) => new Date(Date.now() - days * 86_400_000);
  for (const [index, text] of nastyTexts.entries()) {
    await tellStory(database.db, [{ prompt: text, text, author: text.slice(0, 40), at: at(index) }], {
      title: text,
      channel: text.slice(0, 40),
    });
  }
  const told = await tellStory(
    database.db,
    [{ text: 'Once' }, { text: 'left' }, { text: 'right', after: 0 }],
    { title: 'Two ways', head: 1 },
  );
  storyPath = `/admin/stories/${told.storyId}`;
});

/** Logs in by keyboard alone. */
async function login(options: PageOptions = {}): Promise<Page> {
  const page = await open(web.url, options);
  await page.goto(`${web.url}/admin`);
  await page.locator('#token:focus').waitFor();
  await page.keyboard.type(token);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  return page;
}

async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const results = await page.evaluate<AxeResults>("axe.run({ resultTypes: ['violations'] })");
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`),
  );
}

describe.skipIf(!hasChromium)(inChromium('the admin’s pages'), () => {
  it.each(['light', 'dark'] as const)('have no barrier that axe-core finds, %s', async (colorScheme) => {
    const page = await login({ colorScheme });
    for (const path of [...paths, storyPath]) {
      await page.goto(web.url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect({ path, barriers: await barriers(page) }).toEqual({ path, barriers: [] });
    }
  });

  it('fit a phone', async () => {
    const page = await login(phone);
    for (const path of [...paths, storyPath]) {
      await page.goto(web.url + path);
      const tooWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
      expect({ path, tooWide: await page.evaluate<boolean>(tooWide) }).toEqual({ path, tooWide: false });
    }
  });

  it('draw the figures over the days', async () => {
    const page = await login();
    await page.locator('.chart canvas').nth(5).waitFor();
    const legend = await page.locator('.chart').first().textContent();
    expect(legend).toContain('discord');
    const drawn = await page.evaluate<boolean>(
      "(() => { const c = document.querySelector('.chart canvas'); const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; return d.some((v) => v > 0); })()",
    );
    expect(drawn).toBe(true);
  });

  it('show what is being written, by itself, and stop it', async () => {
    generator.gate = new AbortController();
    const page = await login();
    const visitor = await open(web.url);
    await visitor.getByRole('textbox').first().fill('Count: 1');
    await visitor.keyboard.press('Enter');
    const stop = page.locator('#live').getByRole('button');
    await stop.waitFor();
    await stop.focus();
    await page.keyboard.press('Enter');
    await soon(async () => {
      const turn = await database.db
        .selectFrom('turns')
        .select('state')
        .orderBy('created_at', 'desc')
        .limit(1)
        .executeTakeFirst();
      expect(turn?.state).toBe('stopped');
    });
    generator.gate.abort();
    generator.gate = undefined;
    await page.getByText('Nothing is being written.').waitFor();
  });

  it('give an export with its progress', async () => {
    const page = await login();
    await page.goto(`${web.url}/admin/exports`);
    await page.getByRole('radio', { name: /epub/ }).check();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^storyteller-.*\.epub$/);
    const file = readFileSync(await download.path());
    expect(file.toString('latin1', 30, 38)).toBe('mimetype');
    await soon(async () => expect(await page.locator('#export-progress').textContent()).toContain('✓'));
  });
});
