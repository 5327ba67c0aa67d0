import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { restore } from '../../../src/export/restore.ts';
import { CountingGenerator } from '../../../test/fakes/generator.ts';
import { hasChromium, inChromium, useChromium } from '../../../test/support/chromium.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { useFolder } from '../../../test/support/folder.ts';
import { tellStory } from '../../../test/support/history.ts';
import { nastyTexts } from '../../../test/support/nasty-texts.ts';
import { useWeb } from '../../../test/support/web.ts';

const settings = { ADMIN_TOKEN: 'a token for the admin' };
const headers = { authorization: `Bearer ${settings.ADMIN_TOKEN}` };
const origin = useDatabase();
const other = useDatabase();
const originWeb = useWeb(origin, new CountingGenerator(), { settings });
const otherWeb = useWeb(other, new CountingGenerator(), { settings });
const open = useChromium();
const folder = useFolder();

describe.skipIf(!hasChromium)(inChromium('a story'), () => {
  it('that was exported as JSONL and restored on another instance is the same on screen', async () => {
    const turns = nastyTexts.map((text, at) => ({ prompt: text, text: `${at}: ${text}` }));
    const versions = { text: 'another beginning', after: null };
    const { storyId } = await tellStory(origin.db, [...turns, { text: 'another end', after: 3 }, versions], {
      title: 'There and back',
      head: 4,
    });
    await tellStory(origin.db, [{ text: 'left at home' }]);

    const path = join(folder, 'story.jsonl');
    const exported = await fetch(`${originWeb.url}/admin/export?format=jsonl&story=${storyId}`, { headers });
    await pipeline(Readable.from(exported.body ?? []), createWriteStream(path));
    await restore({ db: other.db, paths: [path], merge: false });

    async function screen(url: string): Promise<{ html: string; text: string }> {
      const page = await open(url, { extraHTTPHeaders: headers });
      await page.goto(`${url}/admin/stories/${storyId}`);
      const main = page.locator('main');
      await main.getByText('another end').first().waitFor({ state: 'attached' });
      return { html: await main.innerHTML(), text: await main.innerText() };
    }
    const before = await screen(originWeb.url);
    expect(before.text).toContain('There and back');
    expect(await screen(otherWeb.url)).toEqual(before);
    const { rows } = await sql`select title from stories`.execute(other.db);
    expect(rows).toEqual([{ title: 'There and back' }]);
  });
});
