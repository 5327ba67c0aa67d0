/**
 * What Discord's clients and servers would take for more than characters: emphasis, code, spoilers, mentions, links,
 * quotes and emoji codes anywhere, headings, small print and lists at the start of a line, and addresses.
 * https://support.discord.com/hc/en-us/articles/210298617
 */
const meaningful = new RegExp(
  [
    /[\\*_~`|<>@[\]/]/,
    // An emoji code (`:smile:`) or an address (`https:`).
    /:(?=\S)/,
    // A bare address (`discord.gg`), though not the end of a sentence.
    /(?<=[\p{L}\p{N}])\.(?=[\p{L}\p{N}])/u,
    /(?<=^[^\S\n]*)[-#+]/,
    /(?<=^[^\S\n]*\d+)\./,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gmu',
);

/** Makes Discord show a text as those very characters: a backslash before a sign takes its meaning away. */
export function escapeText(text: string): string {
  return text.replace(meaningful, '\\$&');
}
