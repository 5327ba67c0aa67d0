import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { patienceMs } from './soon.ts';

const executablePath = '/usr/bin/chromium';

/** Debian's Chromium; tests in it skip themselves where it is missing. */
export const hasChromium = existsSync(executablePath);

/** `name`, and why it is skipped where it is. */
export const inChromium = (name: string) =>
  hasChromium ? `${name}, in Chromium` : `${name} (skipped: there is no ${executablePath})`;

export interface PageOptions extends BrowserContextOptions {
  /** What the console may say; anything else fails the test. */
  expected?: RegExp;
}

/** One Chromium for a test file, and pages that fail their test at the first console error or request elsewhere. */
export function useChromium() {
  let browser: Browser | undefined;
  const complaints: string[] = [];
  const open: Page[] = [];

  beforeAll(async () => {
    if (!hasChromium) return;
    const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];
    args.push('--disable-background-networking', '--disable-component-update');
    browser = await chromium.launch({ executablePath, headless: true, args, timeout: patienceMs });
  });
  afterEach(async () => {
    for (const page of open.splice(0)) {
      // Chromium forgets to close a tab that is just going to another page: each ends its journey first, there or here.
      for (const tab of page.context().pages()) await tab.goto('about:blank').catch(() => {});
      await page.context().close();
    }
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(() => browser?.close());

  return async (url: string, { expected = /^$/, ...options }: PageOptions = {}): Promise<Page> => {
    if (!browser) throw new Error('There is no Chromium');
    const context = await browser.newContext({ viewport: { width: 1180, height: 760 }, ...options });
    context.setDefaultTimeout(patienceMs);
    const page = await context.newPage();
    open.push(page);
    const complain = (what: string) => {
      if (!expected.test(what)) complaints.push(what);
    };
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complain(message.text());
    });
    page.on('pageerror', (error) => complain(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(`${url}/`)) complain(`a request to ${request.url()}`);
    });
    page.on('dialog', (dialog) => complain(`a dialog: ${dialog.message()}`));
    await page.goto(`${url}/`);
    await page.locator('#openings button').first().waitFor();
    return page;
  };
}

/** The story as a person reads it, without what is only for screen readers. */
export const storyOf = (page: Page): Promise<string> =>
  page
    .locator('#text p')
    .evaluateAll((paragraphs) =>
      paragraphs
        .map((paragraph) =>
          [...paragraph.querySelectorAll('[data-turn]')].map((run) => run.textContent).join(''),
        )
        .join('\n\n'),
    );

/** Types into the prompt box and presses Enter. */
export async function tell(page: Page, prompt: string): Promise<void> {
  await page.locator('#prompt').fill(prompt);
  await page.keyboard.press('Enter');
}

/** Waits until nothing is being written, nor asked for. */
export async function settled(page: Page): Promise<void> {
  await page.locator('#story[aria-busy="false"] #retry[aria-disabled="false"]').waitFor();
}
