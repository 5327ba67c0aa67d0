/** The parts of the Bot API's objects that the fake deals in, in the API's own spelling. */
export interface User {
  id: number;
  is_bot: boolean;
  first_name: string;
  username?: string;
  language_code?: string;
}

export interface Chat {
  id: number;
  type: 'private' | 'group' | 'supergroup';
  title?: string;
  first_name?: string;
  username?: string;
  is_forum?: true;
}

export interface Entity {
  type: string;
  offset: number;
  length: number;
}

export interface Button {
  text: string;
  callback_data?: string;
  url?: string;
}

export interface Keyboard {
  inline_keyboard: Button[][];
}

export interface Message {
  message_id: number;
  date: number;
  edit_date?: number;
  chat: Chat;
  from: User;
  message_thread_id?: number;
  is_topic_message?: true;
  text?: string;
  caption?: string;
  entities?: Entity[];
  reply_markup?: Keyboard;
  reply_to_message?: Message;
  document?: { file_name: string; mime_type: string; file_size: number };
  [other: string]: unknown;
}

export interface Update {
  update_id: number;
  [kind: string]: unknown;
}

export type MemberStatus = 'creator' | 'administrator' | 'member' | 'left' | 'kicked';

/** What the API answers with `ok: false`. */
export class ApiError extends Error {
  readonly code: number;
  readonly parameters: { retry_after?: number } | undefined;
  constructor(code: number, description: string, parameters?: { retry_after?: number }) {
    super(description);
    this.code = code;
    this.parameters = parameters;
  }
}

export const badRequest = (what: string) => new ApiError(400, `Bad Request: ${what}`);
