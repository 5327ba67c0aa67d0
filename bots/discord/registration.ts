import { createHash } from 'node:crypto';
import { type REST, Routes } from 'discord.js';
import type { CommandDefinition } from './definitions.ts';

/** What decides whether a command is the same; Discord adds ids, versions and defaults of its own. */
const telling = new Set([
  'name',
  'name_localizations',
  'description',
  'description_localizations',
  'type',
  'options',
  'required',
  'choices',
  'value',
  'min_value',
  'max_value',
  'min_length',
  'max_length',
  'autocomplete',
  'default_member_permissions',
  'integration_types',
  'contexts',
]);

/** A definition in one form, whoever wrote it down: keys in order, without what is empty or false. */
function normal(value: unknown, isMap = false): unknown {
  if (Array.isArray(value)) return value.map((item) => normal(item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key]) => isMap || telling.has(key))
    .filter(([, item]) => item !== undefined && item !== null && item !== false)
    .filter(([, item]) => !(Array.isArray(item) && item.length === 0))
    .map(([key, item]): [string, unknown] => [key, normal(item, key.endsWith('_localizations'))])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}

interface Named {
  name: string;
}

/** The same for the same commands, in whichever order. */
export function hashOf(commands: readonly Named[]): string {
  const ordered = [...commands].sort((a, b) => (a.name < b.name ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify(normal(ordered)))
    .digest('hex');
}

/**
 * Registers the commands, globally or in one server, unless Discord has the very same: it allows 200 new ones a day.
 * True when they were written.
 */
export async function registerCommands(
  rest: REST,
  applicationId: string,
  guildId: string | undefined,
  commands: CommandDefinition[],
): Promise<boolean> {
  const route = guildId
    ? Routes.applicationGuildCommands(applicationId, guildId)
    : Routes.applicationCommands(applicationId);
  const query = new URLSearchParams({ with_localizations: 'true' });
  const known = (await rest.get(route, { query })) as Named[];
  if (hashOf(known) === hashOf(commands)) return false;
  await rest.put(route, { body: commands });
  return true;
}
