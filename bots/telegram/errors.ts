import { HttpError, type Transformer } from 'grammy';
import { AccessLost, MessageGone, RateLimited } from '../../src/reply/surface.ts';

/** What Telegram refused, without the texts of the call. */
export class TelegramRefusal extends Error {
  override name = 'TelegramRefusal';
  readonly code: number;
  readonly description: string;
  constructor(method: string, code: number, description: string) {
    super(`${method}: ${code} ${description}`);
    this.code = code;
    this.description = description;
  }
}

/** Telegram did not answer. Says the kind of fault only: a network error's own text holds the address, token and all. */
export class TelegramUnreachable extends Error {
  override name = 'TelegramUnreachable';
  constructor(method: string, kind: string) {
    super(`${method}: no answer (${kind})`);
  }
}

/** Has every call of a grammY client throw the errors of the reply port, or the two above, and no other. */
export const translateErrors: Transformer = async (call, method, payload, signal) => {
  const response = await call(method, payload, signal).catch((error: unknown) => {
    throw new TelegramUnreachable(method, faultKind(error));
  });
  if (response.ok) return response;
  const { error_code: code, description, parameters } = response;
  throw refusal(method, code, description, parameters?.retry_after);
};

const goneTexts =
  /message to (edit|delete) not found|message can't be (edited|deleted)|message_id_invalid|message identifier is not specified/i;
const lostTexts =
  /chat not found|not enough rights|have no rights|chat_write_forbidden|chat_restricted|need administrator rights|was upgraded to a supergroup|is deactivated|peer_id_invalid|topic_closed|bot was kicked|user not found/i;

/** One topic is closed, or the chat takes no files: everything else there is as it was. */
const partlyLostTexts = /topic_closed|not enough rights to send documents/i;

export const isChatLost = (error: unknown): error is AccessLost =>
  error instanceof AccessLost && !partlyLostTexts.test(error.message);

function refusal(method: string, code: number, description: string, retryAfterSeconds = 1): Error {
  if (code === 429) return new RateLimited(retryAfterSeconds * 1000);
  const said = `${method}: ${description}`;
  if (code === 403 || (code === 400 && lostTexts.test(description))) return new AccessLost(said);
  if (code === 400 && goneTexts.test(description)) return new MessageGone(said);
  return new TelegramRefusal(method, code, description);
}

function faultKind(error: unknown): string {
  const fault = error instanceof HttpError ? error.error : error;
  const code = fault instanceof Error && 'code' in fault ? fault.code : undefined;
  return typeof code === 'string' && /^[A-Z_]{2,40}$/.test(code) ? code : 'connection failed';
}

export const isUnmodified = (error: unknown): boolean =>
  error instanceof TelegramRefusal && /message is not modified/i.test(error.description);

export const isUndeletable = (error: MessageGone): boolean => /message can't be deleted/i.test(error.message);

export const isThreadGone = (error: unknown): boolean =>
  error instanceof TelegramRefusal && /message thread not found/i.test(error.description);

/** Telegram won't do it here, or is too old to know it. */
export const isUnsupported = (error: unknown): boolean =>
  error instanceof TelegramRefusal && (error.code === 400 || error.code === 404);

export const isBadToken = (error: unknown): boolean =>
  error instanceof TelegramRefusal && (error.code === 401 || error.code === 404);

export const isConflict = (error: unknown): boolean => error instanceof TelegramRefusal && error.code === 409;
