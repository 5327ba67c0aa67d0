import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeClock } from '../clock.ts';
import { FakeDiscord, fakeToken } from './server.ts';

let clock: FakeClock;
let fake: FakeDiscord;

beforeEach(async () => {
  clock = new FakeClock();
  fake = await FakeDiscord.start({ clock });
});
afterEach(() => fake.close());

async function call(method: string, path: string, body?: unknown, token = fakeToken) {
  const response = await fetch(`${fake.apiUrl}/v10${path}`, {
    method,
    headers: { authorization: `Bot ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = (text ? JSON.parse(text) : {}) as { id: string; code?: number; retry_after?: number };
  return { status: response.status, headers: response.headers, json };
}

const post = (channel: string, body: unknown) => call('POST', `/channels/${channel}/messages`, body);

const button = (id: string) => ({ type: 2, style: 2, label: 'x', custom_id: id });
const row = (...ids: string[]) => ({ type: 1, components: ids.map(button) });

describe('messages', () => {
  test.each([
    ['too long', { content: 'x'.repeat(2001) }, 400, 50035],
    ['empty', { content: ' \n ' }, 400, 50006],
    ['a custom id of 101', { content: 'x', components: [row('a'.repeat(101))] }, 400, 50035],
    ['six buttons', { content: 'x', components: [row('1', '2', '3', '4', '5', '6')] }, 400, 50035],
    ['one custom id twice', { content: 'x', components: [row('1', '1')] }, 400, 50035],
    ['a nonce of 26', { content: 'x', nonce: 'n'.repeat(26) }, 400, 50035],
  ])('refuses one that is %s', async (_, body, status, code) => {
    const answer = await post(fake.world.addChannel().id, body);
    expect([answer.status, answer.json.code]).toEqual([status, code]);
  });

  test('refuses where the bot may not, and who it does not know', async () => {
    const codeOf = async (channel: string) => (await post(channel, { content: 'x' })).json.code;
    expect(await codeOf('1')).toBe(10003);
    expect(await codeOf(fake.world.addChannel({ access: 'none' }).id)).toBe(50001);
    expect(await codeOf(fake.world.addChannel({ access: 'readonly' }).id)).toBe(50013);
    const { id } = fake.world.addChannel();
    expect((await call('PATCH', `/channels/${id}/messages/1`, { content: 'x' })).json.code).toBe(10008);
    expect((await call('POST', `/channels/${id}/messages`, { content: 'x' }, 'wrong')).status).toBe(401);
  });

  test('a nonce that is enforced gives the same message again', async () => {
    const { id } = fake.world.addChannel();
    const body = { content: 'x', nonce: 'n1', enforce_nonce: true };
    const [first, second] = [await post(id, body), await post(id, body)];
    expect(second.json.id).toBe(first.json.id);
    expect(fake.world.messagesIn(id)).toHaveLength(1);
  });

  test('a bucket tells what is left, then answers 429 until its time is over', async () => {
    const { id } = fake.world.addChannel();
    const answers = [];
    for (let n = 0; n < 6; n++) answers.push(await post(id, { content: String(n) }));
    expect(answers.map((a) => a.headers.get('x-ratelimit-remaining'))).toEqual([
      '4',
      '3',
      '2',
      '1',
      '0',
      '0',
    ]);
    expect([answers[5]?.status, answers[5]?.json.retry_after]).toEqual([429, 5]);
    expect(fake.transcript.avoidable429).toHaveLength(1);
    await clock.advance(5000);
    expect((await post(id, { content: 'again' })).status).toBe(200);
  });

  test.each([
    ['the last', ['answer', 'lost'], 0],
    ['one before the last', ['lost', 'answer'], 1],
  ])('a limit that was reached while %s answer got lost', async (_, last, avoidable) => {
    const { id } = fake.world.addChannel();
    for (let n = 0; n < 3; n++) await post(id, { content: String(n) });
    for (const kind of last) {
      if (kind === 'lost') fake.faults.next('POST /channels/:channel/messages', { kind });
      await post(id, { content: kind }).catch(() => {});
    }
    expect((await post(id, { content: 'over' })).status).toBe(429);
    expect(fake.transcript.avoidable429).toHaveLength(avoidable);
    expect((await post(id, { content: 'over, and told so' })).status).toBe(429);
    expect(fake.transcript.avoidable429).toHaveLength(avoidable + 1);
  });

  test('the global limit is 50 a second', async () => {
    const statuses = [];
    for (let n = 0; n < 51; n++)
      statuses.push((await post(fake.world.addChannel().id, { content: 'x' })).status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
  });
});

describe('interactions', () => {
  const defer = { type: 5 };
  function open() {
    const channel = fake.world.addChannel();
    const { id: user } = fake.world.addUser('ann');
    return fake.people.interact({ channel: channel.id, user }, 2, { name: 'x', type: 1, id: '1' });
  }
  const path = ({ id, token }: { id: string; token: string }) => `/interactions/${id}/${token}/callback`;
  const original = ({ token }: { token: string }) =>
    `/webhooks/${fake.world.applicationId}/${token}/messages/%40original`;

  test('are acknowledged within 3 s, and once', async () => {
    const late = open();
    await clock.advance(3001);
    expect((await call('POST', path(late), defer)).json.code).toBe(10062);
    const other = open();
    expect((await call('PATCH', original(other), { content: 'x' })).json.code).toBe(10015);
    expect((await call('POST', path(other), defer)).status).toBe(204);
    expect((await call('POST', path(other), defer)).json.code).toBe(40060);
  });

  test('have a token that lives for 15 minutes', async () => {
    const interaction = open();
    await call('POST', path(interaction), defer);
    await clock.advance(899_000);
    expect((await call('PATCH', original(interaction), { content: 'x' })).status).toBe(200);
    await clock.advance(2000);
    const dead = await call('PATCH', original(interaction), { content: 'y' });
    expect([dead.status, dead.json.code]).toEqual([401, 50027]);
  });

  test('a message that still "thinks" is out of reach of the bot’s token', async () => {
    const interaction = open();
    await call('POST', path(interaction), defer);
    const inChannel = `/channels/${interaction.channelId}/messages/${interaction.originalId}`;
    expect((await call('PATCH', inChannel, { content: 'x' })).json.code).toBe(10008);
    await call('PATCH', original(interaction), { content: 'x' });
    expect((await call('PATCH', inChannel, { content: 'y' })).status).toBe(200);
  });
});

test('commands are overwritten as a whole, and checked', async () => {
  const at = `/applications/${fake.world.applicationId}/commands`;
  const command = { name: 'story', description: 'Tells one', name_localizations: { ru: 'история' } };
  expect((await call('PUT', at, [{ ...command, name: 'No Spaces' }])).json.code).toBe(50035);
  expect((await call('PUT', at, [command])).status).toBe(200);
  const bare = (await call('GET', at)).json as unknown as Record<string, unknown>[];
  expect(bare[0]).not.toHaveProperty('name_localizations');
  expect(fake.commands.in()).toMatchObject([command]);
});

test('trouble comes as planned: a cut line before the work is done, and after', async () => {
  const { id } = fake.world.addChannel();
  for (const kind of ['reset', 'lost'] as const) {
    fake.faults.next('POST /channels/:channel/messages', { kind });
    await expect(post(id, { content: kind })).rejects.toThrow();
  }
  expect(fake.world.messagesIn(id).map((message) => message.content)).toEqual(['lost']);
});
