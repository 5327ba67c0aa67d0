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

/** Logs in and waits until every shard is ready. @throws Error with one sentence that says what to do */
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
    throw new Error(sentence(error, apiUrl));
  } finally {
    given.abort();
  }
}

function sentence(error: unknown, apiUrl: string): string {
  const isToken =
    (error instanceof DiscordjsError && error.code === DiscordjsErrorCodes.TokenInvalid) ||
    (error instanceof DiscordAPIError && error.status === 401);
  if (isToken) return closeReasons[4004] ?? '';
  if (error instanceof Error && Object.values(closeReasons).includes(error.message)) return error.message;
  return `Discord can’t be reached at ${apiUrl} (${describe(error)}).`;
}
