import type { StoryCommand, TurnCommand } from '../../src/story/command.ts';

let events = 0;

/** What every command of a made-up platform carries; each call is another event. */
export function commandBase(channel = 'c1', author = 'ann') {
  events++;
  return {
    channel: { platform: 'test', externalId: channel },
    author: { platform: 'test', externalId: author, name: author },
    locale: 'en',
    dedupeKey: `test:${process.pid}:${events}`,
    reply: { platform: 'test', data: { channel } },
  };
}

export const beginCommand = (prompt: string, channel?: string, author?: string): TurnCommand => ({
  ...commandBase(channel, author),
  kind: 'begin',
  prompt,
});

type Simple = Exclude<StoryCommand['kind'], 'begin' | 'export'>;

/** Any other command, with what it takes beside. */
export function command(kind: Simple, more: object = {}, channel?: string, author?: string): StoryCommand {
  return { ...commandBase(channel, author), kind, ...more } as StoryCommand;
}
