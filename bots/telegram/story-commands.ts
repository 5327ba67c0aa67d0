import type { BareCommand, Request } from './context.ts';
import { showOutcome } from './outcome.ts';

/** One handler a slash command; `args` is what stands behind it. Resolves once the command is committed. */
export type CommandHandler = (request: Request, args: string) => Promise<void>;

/** Commits a command and shows what came of it. */
export async function run(request: Request, command: BareCommand): Promise<void> {
  showOutcome(request, await request.handle(command));
}

export const story: CommandHandler = (request, args) =>
  run(request, { kind: 'begin', prompt: args, reply: request.address() });

/** Behind a reply to a part of a story, it goes on from that part. */
export const continueStory: CommandHandler = async (request, args) => {
  const turnId = await repliedTurn(request);
  await run(request, {
    kind: 'continue',
    reply: request.address(),
    ...(args ? { prompt: args } : {}),
    ...(turnId === undefined ? {} : { turnId }),
  });
};

export const retry: CommandHandler = async (request) => {
  const turnId = await repliedTurn(request);
  await run(request, {
    kind: 'retry',
    reply: request.address(),
    ...(turnId === undefined ? {} : { turnId }),
  });
};

export const undo: CommandHandler = (request) => run(request, { kind: 'undo' });

export const stop: CommandHandler = (request) => run(request, { kind: 'stop' });

/**
 * What somebody typed to the bot that is no command: an answer to a part of a story goes on from that part; anything
 * else begins a story.
 */
export async function prompt(request: Request, text: string): Promise<void> {
  const turnId = await repliedTurn(request);
  const reply = request.address();
  if (turnId === undefined) await run(request, { kind: 'begin', prompt: text, reply });
  else await run(request, { kind: 'continue', prompt: text, turnId, reply });
}

async function repliedTurn({ incoming, bot, channelId }: Request): Promise<string | undefined> {
  if (incoming.kind !== 'message' || incoming.replyTo?.fromId !== bot.me().id) return undefined;
  return bot.findTurnId(channelId, incoming.replyTo.messageId);
}
