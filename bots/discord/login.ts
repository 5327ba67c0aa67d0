import { once } from 'node:events';
import { type Client, DiscordAPIError, DiscordjsError, DiscordjsErrorCodes, Events } from 'discord.js';
import { describe } from './errors.ts';

/** https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes */
const closeReasons: Record<number, string> = {
  4004: 'Discord does not know DISCORD_TOKEN: copy the bot’s token anew from https://discord.com/developers/applications.',
  4010: 'Discord does not take DISCORD_SHARDS: the shards must be numbered from 0, below the count.',
  4011: 'Discord wants more shards for so many servers: set DISCORD_SHARDS to auto.',
  4014: 'Discord does not allow this bot what it asked for: see the bot’s page on https://discord.com/developers/applications.',
};

/** Discord did not answer, or not sensibly: worth trying again. */
export class Unreachable extends Error {
  override name = 'Unreachable';
}

/** Logs in and waits until every shard is ready. @throws {Unreachable} or Error, with one sentence */
export async function logIn(client: Client, token: string, apiUrl: string): Promise<void> {
  const given = new AbortController();
  const ready = once(client, Events.ClientReady, { signal: given.signal });
  const refused = once(client, Events.ShardDisconnect, { signal: given.signal }).then(([{ code }]) => {
    throw new Error(closeReasons[code] ?? `Discord closed the connection (${code}).`);
  });
  for (const outcome of [ready, refused]) outcome.catch(() => {});
  try {
    await Promise.race([Promise.all([client.login(token), ready]), refused]);
  } catch (error) {
    throw meaningOf(error, apiUrl);
  } finally {
    given.abort();
  }
}

function meaningOf(error: unknown, apiUrl: string): Error {
  const isToken =
    (error instanceof DiscordjsError && error.code === DiscordjsErrorCodes.TokenInvalid) ||
    (error instanceof DiscordAPIError && error.status === 401);
  if (isToken) return new Error(closeReasons[4004]);
  if (error instanceof Error && Object.values(closeReasons).includes(error.message)) return error;
  return new Unreachable(`Discord can’t be reached at ${apiUrl} (${describe(error)}).`);
}
