import type { REST } from 'discord.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeDiscord, fakeToken } from '../../test/fakes/discord/server.ts';
import { createRest } from './client.ts';
import { commandDefinitions } from './definitions.ts';
import { hashOf, registerCommands } from './registration.ts';

let fake: FakeDiscord;
let rest: REST;

beforeEach(async () => {
  fake = await FakeDiscord.start();
  rest = createRest(fake, fakeToken);
});
afterEach(async () => {
  await fake.close();
});

const register = (formats = ['txt', 'md'], guild?: string) =>
  registerCommands(rest, fake.world.applicationId, guild, commandDefinitions(formats));

describe('commands', () => {
  test('are written once, and again only when they have changed', async () => {
    expect(await register()).toBe(true);
    expect(await register()).toBe(false);
    expect(await register(['txt', 'md', 'epub'])).toBe(true);
    expect(fake.transcript.to('PUT /applications/:application/commands')).toHaveLength(2);
  });

  test('can be registered in one server', async () => {
    const guild = fake.world.addGuild();
    expect(await register(['txt'], guild)).toBe(true);
    expect(await register(['txt'], guild)).toBe(false);
    expect(fake.commands.in()).toEqual([]);
    expect(fake.commands.in(guild)).toHaveLength(10);
  });

  test('are localised, can be installed by servers and people, and used everywhere', async () => {
    await register();
    for (const command of fake.commands.in()) {
      expect(command.name_localizations).toHaveProperty('ru');
      expect(command.description_localizations).toHaveProperty('ru');
      expect(command.integration_types).toEqual([0, 1]);
      expect(command.contexts).toEqual([0, 1, 2]);
    }
    for (const names of ['name', 'ru']) {
      const all = fake.commands
        .in()
        .map((command) => (names === 'name' ? command.name : command.name_localizations?.ru));
      expect(new Set(all).size).toBe(all.length);
    }
    expect(fake.commands.find('admin', undefined)?.default_member_permissions).toBe('0');
  });

  test('have the hash of what they are, not of their order or form', () => {
    const commands = commandDefinitions(['txt']);
    expect(hashOf([...commands].reverse())).toBe(hashOf(commands));
    expect(hashOf([{ ...commands[0], name: 'tale' }])).not.toBe(hashOf(commands.slice(0, 1)));
  });
});
