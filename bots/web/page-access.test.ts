import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { CountingGenerator } from '../../test/fakes/generator.ts';
import { hasChromium, inChromium, settled, storyOf, tell, useChromium } from '../../test/support/chromium.ts';
import { useDatabase } from '../../test/support/database.ts';
import { soon } from '../../test/support/soon.ts';
import { useWeb } from '../../test/support/web.ts';

const generator = new CountingGenerator();
generator.info = { ...generator.info, name: 'storyteller-tiny', bundled: true };
const web = useWeb(useDatabase(), generator);
const open = useChromium();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const phone = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };

/** What axe-core finds wrong, by rule and element. */
async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const results = await page.evaluate<AxeResults>("axe.run({ resultTypes: ['violations'] })");
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`),
  );
}

const background = (page: Page) => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
const isWiderThanScreen = (page: Page) =>
  page.evaluate<boolean>('document.documentElement.scrollWidth > document.documentElement.clientWidth');
const focused = (page: Page) => page.evaluate<string>('document.activeElement.id');

/** Notes what a screen reader is given. */
const listen = (page: Page) =>
  page.evaluate(`
    window.said = [];
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) for (const node of addedNodes) window.said.push(node.textContent);
    }).observe(document.querySelector('#announcer'), { childList: true });
  `);

describe.skipIf(!hasChromium)(inChromium('the page'), () => {
  it.each(['light', 'dark'] as const)('has no barrier that axe-core finds, %s', async (colorScheme) => {
    const page = await open(web.url, { colorScheme, reducedMotion: 'reduce' });
    expect(await barriers(page)).toEqual([]);
    await tell(page, 'In a city under the sea,');
    await settled(page);
    await page.locator('#retry').click();
    await soon(async () => expect(await page.locator('#version').textContent()).toBe('Version 2 of 2'));
    await settled(page);
    expect(await barriers(page)).toEqual([]);
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    expect(await barriers(page)).toEqual([]);
  });

  it('is used with the keyboard alone', async () => {
    const page = await open(web.url);
    const tabTo = async (id: string) => {
      for (let step = 0; step < 30 && (await focused(page)) !== id; step++) await page.keyboard.press('Tab');
      expect(await focused(page)).toBe(id);
    };
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.type('First line');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('second line');
    await page.keyboard.press('Enter');
    await settled(page);
    expect(await storyOf(page)).toMatch(/^First line\nsecond line/);
    expect(await focused(page)).toBe('prompt');
    await page.keyboard.press('Shift+Tab');
    await tabTo('retry');
    await page.keyboard.press('Enter');
    await soon(async () => expect(await page.locator('#version').textContent()).toBe('Version 2 of 2'));
    await settled(page);
    expect(await focused(page)).toBe('retry');
    await tabTo('previous');
    await page.keyboard.press('Space');
    await soon(async () => expect(await page.locator('#version').textContent()).toBe('Version 1 of 2'));
    await tabTo('settings-button');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    expect(await focused(page)).toBe('settings-button');
  });

  it('tells a screen reader whole sentences, and the end', async () => {
    const page = await open(web.url);
    await listen(page);
    await tell(page, 'Count:');
    await settled(page);
    await soon(async () => {
      const said = await page.evaluate<string[]>('window.said');
      expect(said.at(-1)).toBe('The storyteller has finished this part.');
      expect(said.slice(0, -1).join(' ')).toMatch(/20$/);
    });
  });

  it('names the model, and how to get a better one than the bundled', async () => {
    const page = await open(web.url);
    expect(await page.locator('#model').textContent()).toBe('Model: storyteller-tiny');
    expect(await page.locator('aside .bundled-hint').textContent()).toContain('MODEL=hf:');
    expect(await page.locator('aside .bundled-hint').isVisible()).toBe(true);
  });

  it('fits a phone, with its stories in a drawer', async () => {
    const page = await open(web.url, phone);
    expect(await isWiderThanScreen(page)).toBe(false);
    await tell(page, 'Averylongwordwithoutanyspace'.repeat(6));
    await settled(page);
    expect(await isWiderThanScreen(page)).toBe(false);
    expect(await page.locator('#new-story').isVisible()).toBe(false);
    await page.locator('#menu-button').click();
    await page.locator('#new-story').click();
    await page.locator('#welcome').waitFor();
    await soon(async () => expect(await page.locator('#new-story').isVisible()).toBe(false));
    await page.locator('#settings-button').click();
    expect(await isWiderThanScreen(page)).toBe(false);
  });

  it('is dark or light as the system is, or as the toggle says, from the first paint on', async () => {
    const dark = await open(web.url, { colorScheme: 'dark' });
    const light = await open(web.url, { colorScheme: 'light' });
    const [darkColour, lightColour] = [await background(dark), await background(light)];
    expect(darkColour).not.toBe(lightColour);
    const saved = light.waitForResponse((response) => response.url().endsWith('/api/theme'));
    await light.locator('#theme-button').click();
    expect(await background(light)).toBe(darkColour);
    await saved;
    const html = await light.evaluate(async () => (await fetch('/')).text());
    expect(html).toContain('data-theme="dark"');
    await light.reload();
    expect(await background(light)).toBe(darkColour);
  });

  it('comes in the person’s language, right-to-left text from the right', async () => {
    const page = await open(web.url, { locale: 'ru-RU' });
    expect(await page.locator('html').getAttribute('lang')).toBe('ru');
    expect(await page.locator('#welcome h2').textContent()).toBe('Как начинается ваша история?');
    await tell(page, 'مرحبا بالعالم');
    await settled(page);
    const direction = () =>
      page.evaluate<string>("getComputedStyle(document.querySelector('#text p')).direction");
    expect(await direction()).toBe('rtl');
    await page.locator('#settings-button').click();
    await page.locator('#language').selectOption('en');
    await page.locator('html[lang="en"]').waitFor();
    await page.locator('#text p').first().waitFor();
    expect(await direction()).toBe('rtl');
  });

  it('says what is wrong in an alert, and keeps what was typed', async () => {
    const page = await open(web.url, { expected: /status of 4\d\d/ });
    await tell(page, '');
    await soon(async () =>
      expect(await page.getByRole('alert').textContent()).toMatch(/^Type how the story begins/),
    );
    const long = 'a'.repeat(5_000);
    await tell(page, long);
    await soon(async () => expect(await page.getByRole('alert').textContent()).toMatch(/too long/));
    expect(await page.locator('#prompt').inputValue()).toBe(long);
  });

  it('is begun with what was typed before the page was ready', async () => {
    const page = await open(web.url);
    let answer = () => {};
    const ready = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/api/session', async (route) => {
      await ready;
      await route.continue();
    });
    await page.reload();
    await tell(page, 'Told early');
    expect(await page.locator('#send').isDisabled()).toBe(true);
    answer();
    await page.locator('#openings button').first().waitFor();
    expect(await page.locator('#prompt').inputValue()).toBe('Told early');
    await page.locator('#send').click();
    await settled(page);
    await soon(async () => expect(await storyOf(page)).toMatch(/^Told early 1 2 3/));
  });
});
