import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { CountingGenerator, counted } from '../../test/fakes/generator.ts';
import { hasChromium, inChromium, settled, storyOf, tell, useChromium } from '../../test/support/chromium.ts';
import { useDatabase } from '../../test/support/database.ts';
import { soon } from '../../test/support/soon.ts';
import { useWeb } from '../../test/support/web.ts';

const generator = new CountingGenerator();
const web = useWeb(useDatabase(), generator);
const open = useChromium();
const opening = 'In a city under the sea,';

beforeEach(() => {
  generator.last = 20;
  generator.gate = undefined;
});

/** Lets a story come to this number, and no further: it is in its middle, however busy the machine is. */
function holdAt(number: number): void {
  generator.last = 300;
  generator.gate = new AbortController();
  generator.gateAfter = number;
}

describe.skipIf(!hasChromium)(inChromium('a story'), () => {
  it('is begun with Enter, written on, told anew, walked through and taken back', async () => {
    const page = await open(web.url);
    await tell(page, opening);
    await settled(page);
    await soon(async () => expect(await storyOf(page)).toBe(opening + counted(1, 20)));
    expect(await page.locator('#prompt').inputValue()).toBe('');
    expect(await page.title()).toBe(`${opening} · Storyteller`);

    generator.last = 30;
    await page.locator('#continue').click();
    const second = counted(21, 30).trim();
    await soon(async () => expect(await storyOf(page)).toBe(`${opening}${counted(1, 20)}\n\n${second}`));
    await settled(page);

    generator.last = 35;
    await page.locator('#retry').click();
    await soon(async () => expect(await page.locator('#version').textContent()).toBe('Version 2 of 2'));
    await settled(page);
    await soon(async () => expect(await storyOf(page)).toMatch(/ 35$/));

    await page.getByRole('button', { name: 'Previous version' }).click();
    await soon(async () => expect(await page.locator('#version').textContent()).toBe('Version 1 of 2'));
    expect(await storyOf(page)).toMatch(/ 30$/);
    await page.getByRole('button', { name: 'Next version' }).click();
    await soon(async () => expect(await storyOf(page)).toMatch(/ 35$/));

    const told = await storyOf(page);
    await page.reload();
    await settled(page);
    expect(await storyOf(page)).toBe(told);

    await page.locator('#undo').click();
    await soon(async () => expect(await storyOf(page)).toBe(opening + counted(1, 20)));
    await page.locator('#undo').click();
    await page.locator('#welcome').waitFor();
    expect(await page.locator('#prompt').inputValue()).toBe(opening);
  });

  it('keeps what is typed while the words before it are on their way, or when an opening is taken', async () => {
    const page = await open(web.url);
    await page.locator('#prompt').fill('An idea of my own');
    await page.locator('#openings button').first().click();
    await settled(page);
    let answer = () => {};
    const ready = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/continue', async (route) => {
      await ready;
      await route.continue();
    });
    await tell(page, 'Then');
    await page.locator('#prompt').fill('And then');
    answer();
    await soon(async () => expect(await storyOf(page)).toContain('Then'));
    await settled(page);
    expect(await page.locator('#prompt').inputValue()).toBe('And then');
    await page.locator('#new-story').click();
    expect(await page.locator('#prompt').inputValue()).toBe('An idea of my own');
  });

  it.each(['the button', 'Escape'])('is stopped with %s, and what was written stays', async (how) => {
    holdAt(20);
    const page = await open(web.url);
    await tell(page, opening);
    await soon(async () => expect(await storyOf(page)).toContain(' 20'));
    if (how === 'Escape') await page.keyboard.press('Escape');
    else await page.locator('#stop').click();
    await settled(page);
    expect(await page.locator('#note').textContent()).toBe('Stopped.');
    expect(await storyOf(page)).toMatch(/^In a city under the sea, 1 2 3 4/);
  });

  it('is seen while it is written, over a slow line as well', async () => {
    holdAt(20);
    const page = await open(web.url);
    await page.route('**/api/stories/*', async (route) => {
      await delay(300);
      await route.continue();
    });
    await tell(page, opening);
    await page.locator('#story[aria-busy="true"] .by-model').first().waitFor();
    await page.keyboard.press('Escape');
    await settled(page);
  });

  it('is stopped though the answer to what was asked before it is still on its way', async () => {
    const page = await open(web.url);
    await tell(page, opening);
    await settled(page);
    holdAt(40);
    await page.route('**/api/stories/*', async (route) => {
      await delay(1_500);
      await route.continue();
    });
    await page.locator('#continue').click();
    await page.locator('#stop').click();
    await settled(page);
    expect(await page.locator('#note').textContent()).toBe('Stopped.');
  });

  it('is begun with one of the openings, and found again in the list', async () => {
    const page = await open(web.url);
    await page.locator('#openings button').nth(1).click();
    await settled(page);
    await page.getByRole('button', { name: 'New story' }).click();
    await tell(page, 'Another one');
    await settled(page);
    await soon(async () =>
      expect(await page.locator('.story-title').allTextContents()).toEqual([
        'Another one',
        'Once upon a time there was a little dragon who',
      ]),
    );
    await page.locator('.story-link').nth(1).click();
    await soon(async () => expect(await storyOf(page)).toMatch(/^Once upon a time/));
    await page.goBack();
    await soon(async () => expect(await storyOf(page)).toMatch(/^Another one/));
  });

  it('is seen growing in another tab', async () => {
    const page = await open(web.url);
    const other = await page.context().newPage();
    await other.goto(web.url);
    await tell(page, 'Two tabs');
    await settled(page);
    await other.locator('.story-link').click();
    await settled(other);
    generator.last = 25;
    await page.locator('#continue').click();
    await soon(async () => expect(await storyOf(other)).toMatch(/ 25$/));
  });

  it('shows hostile text, a person’s and a model’s, as those very characters', async () => {
    const hostile = '<img src=x onerror=alert(1)><script>alert(2)</script> &lt;b&gt; {{page}} ‮abc';
    const spoken = vi.spyOn(generator, 'generate').mockImplementation(async function* () {
      yield { type: 'text', text: ` ${hostile}`, tokens: 1 };
      const usage = { promptTokens: 1, completionTokens: 1 };
      yield { type: 'end', reason: 'stop', usage, timings: { queuedMs: 0, firstTokenMs: 1, totalMs: 2 } };
    });
    const page = await open(web.url);
    await tell(page, hostile);
    await settled(page);
    spoken.mockRestore();
    await soon(async () => expect(await storyOf(page)).toBe(`${hostile} ${hostile}`));
    expect(await page.locator('.story-title').textContent()).toContain('<img src=x');
    expect(await page.locator('img, #text script').count()).toBe(0);
  });

  it('asks before it clears the history', async () => {
    const page = await open(web.url);
    await tell(page, 'To be cleared');
    await settled(page);
    await page.getByRole('button', { name: 'Clear history' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await soon(async () => expect(await page.locator('.story-link').count()).toBe(1));
    await page.getByRole('button', { name: 'Clear history' }).click();
    await page.locator('#confirm-yes').click();
    await page.locator('#welcome').waitFor();
    await soon(async () => expect(await page.locator('.story-link').count()).toBe(0));
  });

  it('is taken along as a file', async () => {
    const page = await open(web.url);
    await tell(page, 'To take along');
    await settled(page);
    await page.locator('#download summary').click();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Markdown' }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/\.md$/);
    const path = await file.path();
    expect(readFileSync(path, 'utf8')).toMatch(/To take along[\s\S]+1 2 3 .* 19 20\n/);
  });

  it('is gone when its person wants to be forgotten, and the browser is a new one', async () => {
    const page = await open(web.url);
    await tell(page, 'Forget this');
    await settled(page);
    const identity = async () =>
      (await page.context().cookies()).find(({ name }) => name === 'storyteller')?.value;
    const before = await identity();
    await page.getByRole('button', { name: 'Forget me' }).click();
    const another = page.waitForEvent('load');
    await page.locator('#confirm-yes').click();
    await another;
    await page.locator('#welcome').waitFor();
    await soon(async () => expect(await identity()).not.toBe(before));
    await soon(async () => expect(await page.locator('.story-link').count()).toBe(0));
  });

  it('is told with the sliders’ settings, which are kept and reset', async () => {
    const page = await open(web.url);
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    for (const [name, value] of [
      ['Temperature', '1.5'],
      ['Length', '32'],
      ['Top-k', '5'],
      ['Top-p', '0.5'],
      ['Min-p', '0.2'],
    ]) {
      const saved = page.waitForResponse((response) => response.url().endsWith('/api/settings'));
      await page.getByRole('slider', { name: name! }).fill(value!);
      await saved;
    }
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await tell(page, 'Set');
    await settled(page);
    const chosen = { temperature: 1.5, maxTokens: 32, topK: 5, topP: 0.5, minP: 0.2 };
    await soon(() => expect(generator.requests.at(-1)?.options).toMatchObject(chosen));
    await page.reload();
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    const temperature = page.getByRole('slider', { name: 'Temperature' });
    await soon(async () => expect(await temperature.inputValue()).toBe('1.5'));
    await page.getByRole('button', { name: 'Back to the defaults' }).click();
    await soon(async () => expect(await temperature.inputValue()).toBe('0.8'));
  });
});
