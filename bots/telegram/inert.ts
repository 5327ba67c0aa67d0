import type { MessageEntity } from 'grammy/types';

/** Telegram heeds this many entities of a message and drops the rest (limits.tginfo.me); one is kept for the note. */
const maxEntities = 99;

/**
 * What Telegram turns into links and mentions by itself: addresses, e-mail, @names, #tags, $TAGS, /commands, and
 * numbers long enough for a telephone or a bank card. Rather too much than too little: at worst a word is monospaced.
 * Names are bounded by their protocols' own limits, so that a long text without spaces takes no longer than any other.
 */
const linkLike = new RegExp(
  [
    String.raw`[\p{L}\d+.-]{0,64}:\/\/\S*`,
    String.raw`(?:tg|mailto|ton|tonsite):\S+`,
    String.raw`[^\s@]{0,64}@[\p{L}\d_-][^\s@]*`,
    String.raw`[\p{L}\d_-]{1,63}(?:\.[\p{L}\d_-]{1,63})*\.\p{L}{2,}(?::\d+)?(?:[/?#]\S*)?`,
    String.raw`(?:\d{1,3}\.){3}\d{1,3}\S*`,
    String.raw`[#$][\p{L}\p{M}\d_]+(?:@\w+)?`,
    String.raw`(?<![\p{L}\d_])\/[A-Za-z\d_]+(?:@\w+)?`,
    String.raw`\+?\d(?:[ ()-]{0,2}\d){4,}`,
  ].join('|'),
  'giu',
);

/**
 * Entities that keep a text from becoming links and mentions: Telegram makes neither inside of code. The characters
 * stay the very same, and nobody is pinged.
 */
export function inertEntities(text: string): MessageEntity[] {
  const spans: MessageEntity[] = [];
  for (const match of text.matchAll(linkLike)) {
    spans.push({ type: 'code', offset: match.index, length: match[0].length });
    if (spans.length > maxEntities) return [{ type: 'code', offset: 0, length: text.length }];
  }
  return spans;
}
