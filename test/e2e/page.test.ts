import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../src/ops/free-port.ts';
import { CountingService } from '../fakes/counting-service.ts';
import { counted } from '../fakes/generator.ts';
import { hasChromium, inChromium, settled, storyOf, tell, useChromium } from '../support/chromium.ts';
import { soon } from '../support/soon.ts';
import { StorytellerProcess, temporaryDataDir } from '../support/storyteller.ts';

const folder = temporaryDataDir();
let running: StorytellerProcess | undefined;
let service: CountingService | undefined;

async function start(env: Record<string, string>): Promise<string> {
  running = new StorytellerProcess('start', { DATA_DIR: folder.path, ...env });
  return running.url();
}

afterEach(async () => {
  await running?.end('SIGTERM');
  await service?.stop();
  service = undefined;
});
afterAll(() => folder.remove());
// After the hook above, so that its pages are closed before their server is.
const open = useChromium();

/** What Chromium says of a server that is away for a moment. */
const away =
  /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|status of 503/;

describe.skipIf(!hasChromium)(inChromium('the page of the built program'), () => {
  it('tells a story with the bundled model and a PostgreSQL of its own', async () => {
    const page = await open(await start({}));
    await tell(page, 'In a city under the sea,');
    await settled(page);
    await soon(async () => expect((await storyOf(page)).length).toBeGreaterThan(200));
    const told = await storyOf(page);
    expect(told).toMatch(/^In a city under the sea,\s+\p{L}/u);
    await soon(async () =>
      expect(await page.locator('#model').textContent()).toBe('Model: storyteller-tiny'),
    );
    await page.reload();
    await settled(page);
    expect(await storyOf(page)).toBe(told);
  });

  it('heals by itself after kill -9 in mid-story: the story goes on, every word once, and the draft stays', async () => {
    service = new CountingService();
    service.heldAt = 50;
    // A port that nobody else is given while the server is away.
    const env = { GENERATOR_URL: await service.start(), WEB_PORT: String(await freePort()) };
    const url = await start(env);
    const page = await open(url, { expected: away });
    await tell(page, 'Count:');
    await soon(async () => expect(await storyOf(page)).toContain(' 20'));
    await page.locator('#prompt').fill('What I was about to say');
    await running?.end('SIGKILL');
    service.heldAt = undefined;
    await soon(async () => expect(await page.locator('#connection').textContent()).toMatch(/lost/));
    await start(env);
    await settled(page);
    await soon(async () => expect(await storyOf(page)).toBe(`Count:${counted(1, service?.last ?? 0)}`));
    await soon(async () => expect(await page.locator('#connection').textContent()).toBe(''));
    expect(await page.locator('#prompt').inputValue()).toBe('What I was about to say');
  });
});
