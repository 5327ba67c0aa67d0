import { badRequest, type Entity } from './types.ts';

/** UTF-16 units of a message's text, once entities are parsed. */
export const maxTextLength = 4096;
/** More entities than these are dropped without a word. */
export const maxEntities = 100;

/**
 * What Telegram makes of a text (TDLib's clean_input_string and fix_formatted_text): control characters become spaces;
 * carriage returns, line separators and the marks that turn the reading direction go; the ends are trimmed; and the
 * entities move along.
 * @throws {ApiError} when it is too long, or an entity lies outside of it or cuts a character in two
 */
export function receiveText(raw: string, given: Entity[], allowEmpty: boolean) {
  for (const entity of given) checkEntity(raw, entity);
  const start = clean(raw).length - clean(raw).trimStart().length;
  const text = clean(raw).trim();
  if (text === '' && !allowEmpty) throw badRequest('message text is empty');
  if (text.length > maxTextLength) throw badRequest('message is too long');
  const entities = given
    .slice(0, maxEntities)
    .map((entity) => {
      const from = clean(raw.slice(0, entity.offset)).length - start;
      const to = clean(raw.slice(0, entity.offset + entity.length)).length - start;
      const offset = Math.max(0, from);
      return { ...entity, offset, length: Math.min(text.length, to) - offset };
    })
    .filter((entity) => entity.length > 0);
  return { text, entities, found: findLinks(text, entities) };
}

const isControl = (char: string) => char.charCodeAt(0) < 32 && char !== '\n';
const isDropped = (char: string) => /\r|[\u2028-\u202e]|\u0333|\u033f|\u030a/.test(char);

function clean(text: string): string {
  return text
    .split('')
    .filter((unit) => !isDropped(unit))
    .map((unit) => (isControl(unit) ? ' ' : unit))
    .join('');
}

const isLowSurrogate = (code: number) => code >= 0xdc00 && code <= 0xdfff;

function checkEntity(text: string, { offset, length }: Entity): void {
  const end = offset + length;
  if (offset < 0 || length <= 0 || end > text.length) {
    throw badRequest(`can't parse entities: entity at ${offset} of ${length} is outside of the text`);
  }
  for (const edge of [offset, end]) {
    if (isLowSurrogate(text.charCodeAt(edge))) {
      throw badRequest(
        `can't parse entities: an entity ends in a middle of a UTF-16 symbol at offset ${edge}`,
      );
    }
  }
}

const linkPatterns: [string, RegExp][] = [
  ['mention', /(?<![\w@])@\w{3,32}\b/g],
  ['url', /\b(?:https?|tg|ftp):\/\/\S+/gi],
  ['url', /(?<![\w@./])(?:[a-z0-9-]+\.)+(?:com|org|net|io|ru|me|so|co|dev|info)\b(?:\/\S*)?/gi],
  ['email', /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g],
  ['hashtag', /(?<![\w#])#[\p{L}\d_]*[\p{L}_][\p{L}\d_]*/gu],
  ['cashtag', /(?<![\w$])\$[A-Z]{1,8}\b/g],
  ['bot_command', /(?<![\p{L}\p{N}_/<>])\/[a-z0-9_]{1,64}(?:@\w+)?\b/giu],
];

/** What Telegram turns into a link or a mention by itself, which it does outside of code. */
function findLinks(text: string, entities: Entity[]): Entity[] {
  const code = entities.filter((entity) => entity.type === 'code' || entity.type === 'pre');
  return linkPatterns
    .flatMap(([type, pattern]) =>
      [...text.matchAll(pattern)].map((match) => ({ type, offset: match.index, length: match[0].length })),
    )
    .filter(
      (link) => !code.some((c) => c.offset < link.offset + link.length && link.offset < c.offset + c.length),
    );
}

/**
 * Markup, when `parse_mode` is used: only whether Telegram would take it.
 * @throws {ApiError} `can't parse entities` for a tag or a mark that is open, unknown or reserved
 */
export function checkMarkup(text: string, mode: string): void {
  const mustClose = mode === 'HTML' ? htmlFault(text) : markdownFault(text, mode);
  if (mustClose) throw badRequest(`can't parse entities: ${mustClose}`);
}

function htmlFault(text: string): string | undefined {
  const open: string[] = [];
  for (const [tag, slash, name = ''] of text.matchAll(/<(\/?)([a-z-]*)[^>]*>?/gi)) {
    if (!/^(b|strong|i|em|u|s|a|code|pre|blockquote|tg-spoiler|span)$/.test(name) || !tag.endsWith('>')) {
      return `Unsupported start tag "${name}"`;
    }
    if (!slash) open.push(name);
    else if (open.pop() !== name) return `Unexpected end tag "${name}"`;
  }
  return open.length > 0 ? `Can't find end tag corresponding to start tag "${open.at(-1)}"` : undefined;
}

function markdownFault(text: string, mode: string): string | undefined {
  const bare = text.replace(/\\./g, '');
  const reserved = mode === 'MarkdownV2' ? bare.match(/[>#+\-={}.!]/) : null;
  if (reserved) return `Character '${reserved[0]}' is reserved and must be escaped`;
  const odd = ['*', '_', '`'].find((mark) => (bare.split(mark).length - 1) % 2 === 1);
  return odd && `Can't find end of the entity that starts with "${odd}"`;
}
