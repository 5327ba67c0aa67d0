import { admin } from './admin-command.ts';
import type { Request } from './context.ts';
import { exportStories } from './export-command.ts';
import { history } from './history-command.ts';
import type { IncomingMessage } from './incoming.ts';
import { clear, forget } from './removal-commands.ts';
import { settings } from './settings-command.ts';
import { commandList, help, start } from './start-command.ts';
import { type CommandHandler, continueStory, prompt, retry, stop, story, undo } from './story-commands.ts';

const commands = new Map<string, CommandHandler>(
  Object.entries({
    ...{ start, help, story, continue: continueStory, retry, undo, stop },
    ...{ history, settings, export: exportStories, clear, forget, admin },
  }),
);

/** A line about photos and the like is said once in this long, so that an album does not get ten. */
const onlyTextAgainMs = 60_000;

/** What people write: commands, prompts, and in private chats anything else, which gets a friendly line. */
export class MessageHandler {
  private readonly saidOnlyText = new Map<number, number>();

  async handle(request: Request, message: IncomingMessage): Promise<void> {
    const { place, texts } = request;
    const me = request.bot.me();
    const isTyped = message.text !== undefined && !message.isForwarded;
    if (!isTyped) {
      if (place.private) this.sayOnlyText(request);
      return;
    }
    const text = message.text ?? '';
    const command = readCommand(text);
    if (command) {
      if (command.bot !== undefined && command.bot !== me.username.toLowerCase()) return;
      const handler = commands.get(command.name);
      if (handler) return handler(request, command.args);
      if (place.private) request.say(`${texts.telegram.unknownCommand}\n\n${commandList(request)}`);
      return;
    }
    if (place.private) return prompt(request, text);
    const mentioned = withoutMention(text, me.username);
    const isForBot = mentioned !== undefined || message.replyTo?.fromId === me.id;
    if (isForBot) await prompt(request, mentioned ?? text);
  }

  private sayOnlyText(request: Request): void {
    const now = request.bot.clock.now();
    for (const [chat, at] of this.saidOnlyText)
      if (now - at > onlyTextAgainMs) this.saidOnlyText.delete(chat);
    if (this.saidOnlyText.has(request.place.chat)) return;
    this.saidOnlyText.set(request.place.chat, now);
    request.say(request.texts.telegram.onlyText);
  }
}

/** `/name@bot args`; undefined for text that is no command. */
function readCommand(text: string): { name: string; bot: string | undefined; args: string } | undefined {
  const match = /^\/([a-z0-9_]{1,32})(?:@(\w+))?(?:\s+([\s\S]*))?$/i.exec(text);
  if (!match) return undefined;
  const [, name = '', bot, args = ''] = match;
  return { name: name.toLowerCase(), bot: bot?.toLowerCase(), args: args.trim() };
}

/** The text without the mention of the bot, or undefined when it is not mentioned. */
function withoutMention(text: string, username: string): string | undefined {
  const mention = new RegExp(String.raw`(?<![\w@])@${username}(?!\w)[,:]?`, 'i');
  return mention.test(text) ? text.replace(mention, ' ').replace(/ {2,}/g, ' ').trim() : undefined;
}
