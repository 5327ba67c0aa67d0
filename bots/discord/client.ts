import { Client, type ClientOptions, Options, type RateLimitData, REST, type RESTOptions } from 'discord.js';
import type { Config } from '../../src/ops/config.ts';

/** What a second of all requests is; a wait that is no longer than this is not worth refusing. */
const shortMs = 1500;

/**
 * Routes that show a growing text: what they can't take now is refused at once, never queued before newer text. The
 * limit over all requests passes by itself within its second.
 */
const isRefusedOnLimit = ({ route, global, timeToReset }: RateLimitData) =>
  /^\/(channels|webhooks)\//.test(route) && !(global && timeToReset <= shortMs);

/** The shards of this process: `auto`, a count (all of them), or `0-3/8`. */
function shardOptions(shards: string): Pick<ClientOptions, 'shards' | 'shardCount'> {
  if (shards === 'auto') return { shards: 'auto' };
  const [range = '', total] = shards.split('/');
  if (total === undefined) {
    const shardCount = Number(range);
    return { shards: Array.from({ length: shardCount }, (_, id) => id), shardCount };
  }
  const [first = 0, last = first] = range.split('-').map(Number);
  return {
    shards: Array.from({ length: last - first + 1 }, (_, at) => first + at),
    shardCount: Number(total),
  };
}

const restOptions = ({ apiUrl }: Pick<Config['discord'], 'apiUrl'>): Partial<RESTOptions> => ({
  api: apiUrl,
  // discord.js' own retries would send a text that has grown stale.
  retries: 0,
  rejectOnRateLimit: isRefusedOnLimit,
});

/** discord.js, kept small: interactions need no intent, so it caches nothing of the servers it is in. */
export function createClient(config: Pick<Config['discord'], 'apiUrl' | 'shards'>): Client {
  return new Client({
    intents: [],
    ...shardOptions(config.shards),
    rest: restOptions(config),
    allowedMentions: { parse: [] },
    makeCache: Options.cacheWithLimits({ MessageManager: 0, UserManager: 0 }),
  });
}

/** REST with the bot's token, for replies: they are written also while there is no gateway. */
export const createRest = (config: Pick<Config['discord'], 'apiUrl'>, token: string): REST =>
  new REST(restOptions(config)).setToken(token);
