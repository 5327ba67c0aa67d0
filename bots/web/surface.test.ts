import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { describeSurface } from '../../src/reply/surface.contract.ts';
import type { Turn } from '../../src/story/story.ts';
import { CountingGenerator } from '../../test/fakes/generator.ts';
import { useDatabase } from '../../test/support/database.ts';
import { soon } from '../../test/support/soon.ts';
import { useWeb } from '../../test/support/web.ts';
import { WebBrowser } from '../../test/support/web-browser.ts';
import type { LivePartJson } from './client/protocol.ts';

const web = useWeb(useDatabase(), new CountingGenerator());

/** What a connected browser is told, put together as the page does it. */
describeSurface(
  'the web page',
  async () => {
    const browser = new WebBrowser(web.url);
    const messages = new Map<number, LivePartJson>();
    let marks = 0;
    await browser.listen((event) => {
      if (event.type === 'changed') marks += 1;
      if (event.type !== 'delta') return;
      const { from, ...part } = event.data;
      const before = messages.get(part.part)?.text ?? '';
      expect(from).toBeLessThanOrEqual(before.length);
      messages.set(part.part, { ...part, text: before.slice(0, from) + part.text });
    });
    const browserId = browser.id;
    const address = { platform: 'web', data: { browserId } };
    const turn = { id: randomUUID(), storyId: randomUUID() } as Turn;
    /** Events keep their order: once a later one is there, so are those before it. */
    const arrived = async () => {
      const before = marks;
      await browser.post('/api/settings', { changes: {} });
      await soon(() => expect(marks).toBeGreaterThan(before));
      return [...messages.values()];
    };
    return {
      surface: web.platform.surface(address, turn),
      visible: async () => (await arrived()).map(({ text, note }) => [text, note].filter(Boolean).join('\n')),
      buttons: async () => (await arrived()).map(({ buttons }) => buttons),
      fail: () => {},
      close: () => browser.close(),
    };
  },
  // The connection is the page's own: a broken one is made anew and begins with what is stored, unseen by the surface.
  { faults: [], removes: false, dedupes: true },
);
