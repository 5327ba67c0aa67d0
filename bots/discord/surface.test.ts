import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { describeSurface, type SurfaceFault, type SurfaceFixture } from '../../src/reply/surface.contract.ts';
import { AccessLost, MessageGone, type ReplyPart } from '../../src/reply/surface.ts';
import { textsFor } from '../../src/texts/catalogue.ts';
import { FakeClock } from '../../test/fakes/clock.ts';
import type { Fault } from '../../test/fakes/discord/faults.ts';
import { FakeDiscord, fakeToken } from '../../test/fakes/discord/server.ts';
import { createRest } from './client.ts';
import { parseCustomId } from './custom-id.ts';
import { limits } from './render.ts';
import { DiscordSurface } from './surface.ts';

const turnId = '0195f3a0-1111-7222-8333-444455556666';
const part = (change: Partial<ReplyPart> = {}): ReplyPart => ({
  index: 0,
  text: 'Once upon a time',
  buttons: [],
  phase: 'writing',
  nonce: 'nonce-0',
  ...change,
});

/** A surface that answers an interaction, deferred as the adapter does it. */
async function open({ member = true, thinking = true } = {}) {
  const clock = new FakeClock();
  const fake = await FakeDiscord.start({ clock });
  const channel = fake.world.addChannel({ guildId: fake.world.addGuild({ installed: member }) });
  const { id: user } = fake.world.addUser('ann');
  const interaction = fake.people.interact({ channel: channel.id, user }, 2, { name: 'x', type: 1, id: '1' });
  const rest = createRest(fake, fakeToken);
  if (thinking) {
    await rest.post(`/interactions/${interaction.id}/${interaction.token}/callback`, {
      auth: false,
      body: { type: 5 },
    });
  }
  const address = {
    channelId: channel.id,
    member,
    interaction: {
      applicationId: fake.world.applicationId,
      token: interaction.token,
      at: clock.now(),
      original: thinking,
    },
    showPrompt: true as const,
  };
  const surface = new DiscordSurface({ rest, clock, address, texts: textsFor('en'), turnId });
  const seen = () =>
    fake.world.messagesIn(channel.id).filter((message) => message.content || message.files.length);
  const close = async () => {
    await fake.close();
  };
  return { clock, fake, channel, surface, seen, close, address };
}

const liveRoutes = [
  'POST /channels/:channel/messages',
  'PATCH /channels/:channel/messages/:message',
  'POST /webhooks/:application/:token',
  'PATCH /webhooks/:application/:token/messages/:message',
];

async function fixture(options: Parameters<typeof open>[0]): Promise<SurfaceFixture> {
  const { clock, fake, channel, surface, seen, close } = await open(options);
  const faults: Record<SurfaceFault, Fault['kind'] | undefined> = {
    rateLimited: 'rateLimit',
    unavailable: 'error',
    dropped: 'reset',
    gone: undefined,
    accessLost: undefined,
  };
  return {
    surface,
    close,
    visible: async () => seen().map((message) => fake.textOf(message)),
    buttons: async () =>
      seen().map(({ components }) =>
        (components as { components: { custom_id: string; disabled: boolean }[] }[])
          .flatMap((row) => row.components)
          .map(({ custom_id, disabled }) => {
            const press = parseCustomId(custom_id);
            if (!press || !('turnId' in press) || press.action === 'rest') throw new Error(custom_id);
            return { action: press.action, turnId: press.turnId, disabled };
          }),
      ),
    async fail(fault, retryAfterMs = 0) {
      const kind = faults[fault];
      if (kind === 'rateLimit') {
        for (const route of liveRoutes) fake.faults.next(route, { kind, ms: retryAfterMs });
      } else if (kind === 'error' || kind === 'reset') {
        for (const route of liveRoutes) fake.faults.next(route, { kind });
      } else if (fault === 'gone') {
        const last = seen().at(-1);
        if (last) last.deleted = true;
      } else {
        channel.access = 'none';
        await clock.advance(15 * 60_000);
      }
    },
  };
}

describeSurface('Discord, as a member', () => fixture({}), { dedupes: true });
describeSurface('Discord, by the interaction alone', () => fixture({ member: false }), { dedupes: true });
describeSurface('Discord, without an answer to fill', () => fixture({ thinking: false }), { dedupes: true });

describe('a reply on Discord', () => {
  test('begins as the answer to the interaction, and outlives its token', async () => {
    const { clock, fake, surface, seen, close } = await open();
    const ref = await surface.post(part());
    await clock.advance(60 * 60_000);
    await surface.edit(ref, part({ text: 'Once upon a time there was a fox.', phase: 'done' }));
    expect(seen().map((message) => fake.textOf(message))).toEqual(['Once upon a time there was a fox.']);
    expect(fake.transcript.to('POST /channels/:channel/messages')).toEqual([]);
    await close();
  });

  test('never pings, unfurls or formats', async () => {
    const { surface, seen, close } = await open();
    await surface.post(part({ text: '@everyone <@1> https://a.example discord.gg/abc **b**' }));
    expect(seen()).toMatchObject([{ pinged: [], embedded: [] }]);
    await close();
  });

  test('says how to see the rest before its only token dies, also while nothing else happens', async () => {
    const { clock, fake, surface, seen, close } = await open({ member: false });
    const ref = await surface.post(part({ text: '', note: 'You are next…', phase: 'waiting' }));
    await clock.advance(12 * 60_000);
    await surface.typing();
    expect(seen().map((message) => fake.textOf(message))).toEqual(['You are next…']);
    await clock.advance(90_000);
    await surface.typing();
    const [message] = seen();
    expect(fake.textOf(message!)).toContain('The story goes on');
    expect(JSON.stringify(message?.components)).toContain(`s1:rest:${turnId}`);
    await clock.advance(60_000);
    await expect(surface.edit(ref, part())).rejects.toBeInstanceOf(AccessLost);
    expect(fake.transcript.invalid).toEqual([]);
    await close();
  });

  test('goes on with the interaction’s token where the bot has lost the channel, and asks no more', async () => {
    const { fake, channel, surface, seen, close } = await open();
    const ref = await surface.post(part());
    channel.access = 'none';
    await surface.edit(ref, part({ text: 'one' }));
    await surface.edit(ref, part({ text: 'two' }));
    expect(seen().map((message) => fake.textOf(message))).toEqual(['two']);
    expect(fake.transcript.invalid).toHaveLength(1);
    await close();
  });

  test('goes on in a new message where an archived thread lets nothing be edited', async () => {
    const { channel, surface, seen, close } = await open();
    const ref = await surface.post(part());
    channel.archived = true;
    await expect(surface.edit(ref, part({ text: 'more' }))).rejects.toBeInstanceOf(MessageGone);
    await surface.post(part({ text: 'more', index: 1, nonce: 'nonce-1' }));
    expect(channel.archived).toBe(false);
    expect(seen()).toHaveLength(2);
    await close();
  });

  test('tells of no address, and so of no token, when the line is cut or Discord is down', async () => {
    const { fake, surface, address, close } = await open({ member: false });
    for (const kind of ['error', 'reset'] as const) {
      fake.faults.next('PATCH /webhooks/:application/:token/messages/:message', { kind });
      const error = await surface.post(part()).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      expect(inspect(error, { depth: 9 })).not.toContain(address.interaction.token);
    }
    await close();
  });

  test('keeps room for a note below the longest text', () => {
    expect(limits.measure('a'.repeat(limits.maxLength))).toBe(limits.maxLength);
    expect(limits.measure('*')).toBe(2);
  });
});
