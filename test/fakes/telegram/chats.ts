import { chatOf, threadOf } from './checks.ts';
import { integer, type Params } from './params.ts';
import { ApiError, badRequest } from './types.ts';
import type { World } from './world.ts';

export interface CallbackAnswer {
  queryId: string;
  text: string | undefined;
  alert: boolean;
}

interface BotCommand {
  command: string;
  description: string;
}

/** The methods around chats, commands and buttons. */
export class ChatMethods {
  readonly answers: CallbackAnswer[] = [];
  /** Queries that wait for their answer. */
  readonly openQueries = new Set<string>();
  /** Registered commands by scope and language, such as `all_private_chats:ru`. */
  readonly commands = new Map<string, BotCommand[]>();
  readonly actions: { chatId: number; thread: number | undefined; action: string }[] = [];
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  sendChatAction(params: Params): true {
    const state = chatOf(this.world, params);
    const action = String(params.action);
    this.actions.push({ chatId: state.chat.id, thread: threadOf(state, params), action });
    return true;
  }

  answerCallbackQuery(params: Params): true {
    const queryId = String(params.callback_query_id);
    const text = params.text as string | undefined;
    if (!this.openQueries.delete(queryId)) {
      throw badRequest('query is too old and response timeout expired or query ID is invalid');
    }
    if (text !== undefined && text.length > 200) throw badRequest('MESSAGE_TOO_LONG');
    this.answers.push({ queryId, text, alert: params.show_alert === true });
    return true;
  }

  setMyCommands(params: Params): true {
    const commands = params.commands as BotCommand[];
    if (commands.length > 100) throw badRequest('too many commands specified');
    for (const { command, description } of commands) {
      if (!/^[a-z0-9_]{1,32}$/.test(command)) throw badRequest('BOT_COMMAND_INVALID');
      if (description.length < 1 || description.length > 256)
        throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID');
    }
    this.commands.set(commandsKey(params), commands);
    return true;
  }

  getMyCommands(params: Params): BotCommand[] {
    return this.commands.get(commandsKey(params)) ?? [];
  }

  deleteMyCommands(params: Params): true {
    this.commands.delete(commandsKey(params));
    return true;
  }

  getChatMember(params: Params) {
    const state = chatOf(this.world, params);
    const id = integer(params, 'user_id');
    const status = state.members.get(id);
    if (!status) throw badRequest('PARTICIPANT_ID_INVALID');
    return { user: { id }, status };
  }

  getChatAdministrators(params: Params) {
    const state = chatOf(this.world, params);
    if (state.chat.type === 'private') throw badRequest('there are no administrators in the private chat');
    return [...state.members]
      .filter(([, status]) => status === 'administrator' || status === 'creator')
      .map(([id, status]) => ({ user: { id }, status }));
  }
}

function commandsKey(params: Params): string {
  const scope = (params.scope as { type: string; chat_id?: number } | undefined) ?? { type: 'default' };
  if (scope.type === 'chat' && scope.chat_id === undefined)
    throw new ApiError(400, 'Bad Request: chat not found');
  const language = (params.language_code as string | undefined) ?? '';
  if (!/^([a-z]{2})?$/.test(language)) throw badRequest('invalid language code specified');
  return [scope.type, ...(scope.chat_id === undefined ? [] : [scope.chat_id]), language].join(':');
}
