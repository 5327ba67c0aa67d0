import type { Params } from './params.ts';

export interface Call {
  method: string;
  params: Params;
  chatId: number | undefined;
  messageId: number | undefined;
  /** The fake's clock, in milliseconds. */
  at: number;
  /** 200, an error's code, or 0 for a reset; undefined while it is under way. */
  status: number | undefined;
  description: string | undefined;
  /** The test made it fail. */
  injected: boolean;
}

const editing = ['editMessageText', 'editMessageReplyMarkup'];

/** All that the bot asked of the server, for tests to look at. */
export class Transcript {
  readonly calls: Call[] = [];
  /** Edits that began while another of the same message was under way. */
  readonly overlapping: Call[] = [];

  begin(method: string, params: Params, at: number): Call {
    const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
    const call: Call = {
      method,
      params,
      chatId: number(params.chat_id),
      messageId: number(params.message_id),
      at,
      status: undefined,
      description: undefined,
      injected: false,
    };
    if (editing.includes(method) && this.calls.some((other) => sameMessage(other, call))) {
      this.overlapping.push(call);
    }
    this.calls.push(call);
    return call;
  }

  of(method: string, chatId?: number): Call[] {
    return this.calls.filter((c) => c.method === method && (chatId === undefined || c.chatId === chatId));
  }

  /** Edits of a message that were carried out. */
  edits(chatId: number, messageId: number): Call[] {
    return this.calls.filter(
      (c) =>
        editing.includes(c.method) && c.chatId === chatId && c.messageId === messageId && c.status === 200,
    );
  }

  /** Milliseconds between a message's edits. */
  gaps(chatId: number, messageId: number): number[] {
    const times = this.edits(chatId, messageId).map((call) => call.at);
    return times.slice(1).map((at, index) => at - (times[index] ?? at));
  }

  /** 429s that the bot brought on itself. */
  get avoidable(): Call[] {
    return this.calls.filter((call) => call.status === 429 && !call.injected);
  }

  /** Calls under way now, long polls aside. */
  get underWay(): Call[] {
    return this.calls.filter((call) => call.status === undefined && call.method !== 'getUpdates');
  }
}

function sameMessage(other: Call, call: Call): boolean {
  const pending = other.status === undefined && editing.includes(other.method);
  return pending && other.chatId === call.chatId && other.messageId === call.messageId;
}
