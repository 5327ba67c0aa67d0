import type { Config } from '../ops/config.ts';
import type { Database } from '../storage/database.ts';
import { quotaUse } from '../storage/people.ts';
import type { StoryCommand } from './command.ts';
import { Refused } from './input.ts';
import type { Author } from './story.ts';

export type AccessRules = Config['access'];

const hourMs = 3_600_000;

/** The keys that ALLOW and DENY may name for a command. */
function accessKeys({ channel, author }: Pick<StoryCommand, 'channel' | 'author'>): string[] {
  return [
    `${author.platform}:user:${author.externalId}`,
    `${channel.platform}:channel:${channel.externalId}`,
    `${channel.platform}:chat:${channel.externalId}`,
    ...(channel.accessKeys ?? []),
  ];
}

/** @throws {Refused} where ALLOW and DENY say so: DENY wins, and an empty ALLOW lets everybody in */
export function checkAccess(
  command: Pick<StoryCommand, 'channel' | 'author'>,
  { allow, deny }: AccessRules,
): void {
  const keys = accessKeys(command);
  const isAllowed = allow.length === 0 || keys.some((key) => allow.includes(key));
  if (!isAllowed || keys.some((key) => deny.includes(key))) throw new Refused('notAllowed');
}

/** @throws {Refused} when the author is blocked, or has asked for all the turns of the hour, with the seconds to wait */
export async function checkQuota(
  db: Database,
  author: Author,
  rules: AccessRules,
  now: number,
): Promise<void> {
  if (author.blocked) throw new Refused('blocked');
  const { limit, used, oldest } = await quotaUse(db, author.id, new Date(now - hourMs));
  const most = limit ?? rules.turnsPerHour;
  if (most === 0 || used < most) return;
  const freeAt = (oldest?.getTime() ?? now) + hourMs;
  throw new Refused('quota', { seconds: Math.max(1, Math.ceil((freeAt - now) / 1000)) });
}
