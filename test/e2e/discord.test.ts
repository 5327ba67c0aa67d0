import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CountingService } from '../fakes/counting-service.ts';
import { FakeDiscord, fakeToken } from '../fakes/discord/server.ts';
import type { FakeMessage } from '../fakes/discord/world.ts';
import { counted } from '../fakes/generator.ts';
import { useDatabase } from '../support/database.ts';
import { messageWith } from '../support/discord.ts';
import { StorytellerProcess } from '../support/storyteller.ts';

const database = useDatabase();
let fake: FakeDiscord;
let service: CountingService;
let running: StorytellerProcess[] = [];
let generatorUrl: string;

beforeEach(async () => {
  fake = await FakeDiscord.start();
  service = new CountingService();
  generatorUrl = await service.start();
});
afterEach(async () => {
  await Promise.all(running.map((process) => process.end('SIGTERM')));
  running = [];
  await fake.close();
  await service.stop();
});

async function start(env: Record<string, string> = {}): Promise<StorytellerProcess> {
  const bot = new StorytellerProcess('discord', {
    DATABASE_URL: database.url,
    GENERATOR_URL: generatorUrl,
    DISCORD_TOKEN: fakeToken,
    DISCORD_API_URL: fake.apiUrl,
    ...env,
  });
  running.push(bot);
  return bot;
}

describe('storyteller discord', () => {
  it('killed in the middle of a story, goes on with it in the same message, every word once', async () => {
    service.heldAt = 50;
    const first = await start();
    await first.line(({ msg }) => msg === 'ready');
    const channel = fake.world.addChannel().id;
    const { id: user } = fake.world.addUser('ann');
    fake.people.slash({ channel, user }, 'story', { prompt: 'Count:' });
    const shown = (text: string) =>
      fake.waitFor(`"${text}"`, () =>
        fake.world.messagesIn(channel).find((one) => fake.textOf(one).includes(text)),
      );
    const message: FakeMessage = await shown(' 20');
    await first.end('SIGKILL');
    service.heldAt = undefined;

    await start();
    expect(await messageWith(fake, channel, 'Continue')).toBe(message);
    expect(fake.textOf(message)).toBe(`Count:${counted(1, 100)}`);
    expect(fake.world.messagesIn(channel)).toEqual([message]);
    expect(service.prompts.length).toBeGreaterThan(1);
    expect(fake.transcript.to('PUT /applications/:application/commands')).toHaveLength(1);

    fake.people.press({ channel, user }, message, 'Retry');
    await shown('Version 2 of 2');
  });

  it('with a token that Discord does not know, ends with one sentence, without the token', async () => {
    const bot = await start({ DISCORD_TOKEN: 'wrong-token-123456' });
    expect(await bot.ended()).not.toBe(0);
    const said = bot.stderr + bot.lines.map((line) => JSON.stringify(line)).join('\n');
    expect(said).toContain('Discord does not know DISCORD_TOKEN');
    expect(said).not.toContain('wrong-token-123456');
  });
});
