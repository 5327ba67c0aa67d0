/** A message as a person sees it. */
export interface Seen {
  text: string;
  /** Everything that was not shown as plain characters: `bold`, `link`, `mention`, `heading`… */
  formats: string[];
}

interface Rule {
  name: string;
  pattern: RegExp;
  /** Only at the start of a line. */
  line?: boolean;
  /** What is shown; the group is formatted text itself. */
  show?: (match: RegExpExecArray) => string;
  inner?: number;
}

/** Discord's markdown, in the order in which its clients try it: https://support.discord.com/hc/articles/210298617 */
const rules: Rule[] = [
  { name: '', pattern: /^\\([^0-9A-Za-z\s])/, show: (match) => match[1] ?? '' },
  {
    name: 'code block',
    pattern: /^```(?:[a-z0-9_+\-.#]*\n)?\n*([^\n][\s\S]*?)\n*```/i,
    show: (m) => m[1] ?? '',
  },
  { name: 'code', pattern: /^(`+)([\s\S]*?[^`])\1(?!`)/, show: (match) => match[2] ?? '' },
  { name: 'quote', pattern: /^>>> ?/, line: true, show: () => '' },
  { name: 'quote', pattern: /^> /, line: true, show: () => '' },
  { name: 'subtext', pattern: /^-# +(?!-#)([^\n]+)/, line: true, inner: 1 },
  { name: 'heading', pattern: /^#{1,3} +([^\n]+)/, line: true, inner: 1 },
  { name: 'list', pattern: /^ *(?:[*+-]|\d+\.) +(?=\S)/, line: true, show: () => '• ' },
  { name: 'link', pattern: /^<(?:https?|mailto|tel|steam):[^\s>]+>/, show: (match) => match[0].slice(1, -1) },
  { name: 'link', pattern: /^\[([^\]\n]+)\]\(([^)\s]+)[^)]*\)/, inner: 1 },
  { name: 'link', pattern: /^(?:https?|steam):\/\/[^\s<]+[^<.,:;"'\]\s]/ },
  { name: 'invite', pattern: /^discord(?:\.gg|(?:app)?\.com\/invite)\/[\w-]+/ },
  { name: 'mention', pattern: /^<(?:@[!&]?|#)\d+>/ },
  { name: 'mention', pattern: /^@(?:everyone|here)/ },
  { name: 'command', pattern: /^<\/[^:>]+:\d+>/ },
  { name: 'navigation', pattern: /^<id:\w+>/ },
  { name: 'timestamp', pattern: /^<t:-?\d+(?::[tTdDfFR])?>/, show: () => '[a time]' },
  { name: 'emoji', pattern: /^<a?:\w+:\d+>/, show: () => '[emoji]' },
  { name: 'emoji', pattern: /^:[a-z0-9_+-]+:/i, show: () => '[emoji]' },
  { name: 'spoiler', pattern: /^\|\|([\s\S]+?)\|\|/, inner: 1 },
  { name: 'bold', pattern: /^\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/, inner: 1 },
  { name: 'underline', pattern: /^__((?:\\[\s\S]|[^\\])+?)__(?!_)/, inner: 1 },
  { name: 'italics', pattern: /^\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:[^*\s\\])|[^\s*\\])+?)\*(?!\*)/, inner: 1 },
  { name: 'italics', pattern: /^_((?:__|\\[\s\S]|[^\\_])+?)_\b/, inner: 1 },
  { name: 'strike', pattern: /^~~([\s\S]+?)~~(?!_)/, inner: 1 },
];

/** Renders a message's raw content as Discord's clients do: trimmed by the server, then markdown. */
export function seen(content: string): Seen {
  const formats: string[] = [];
  const text = render(content.trim(), formats, true);
  return { text, formats };
}

function render(content: string, formats: string[], atLineStart: boolean): string {
  let shown = '';
  let lineStart = atLineStart;
  for (let rest = content; rest; ) {
    const hit = firstMatch(rest, lineStart, /[0-9A-Za-z]$/.test(shown));
    if (!hit) {
      const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
      shown += character;
      lineStart = character === '\n';
      rest = rest.slice(character.length);
      continue;
    }
    const { rule, match } = hit;
    if (rule.name) formats.push(rule.name);
    if (rule.inner !== undefined) shown += render(match[rule.inner] ?? '', formats, false);
    else shown += rule.show ? rule.show(match) : match[0];
    lineStart = rule.name === 'quote';
    rest = rest.slice(match[0].length);
  }
  return shown;
}

function firstMatch(rest: string, lineStart: boolean, insideWord: boolean) {
  for (const rule of rules) {
    if (rule.line && !lineStart) continue;
    if (insideWord && rule.name === 'italics' && rest.startsWith('_')) continue;
    const match = rule.pattern.exec(rest);
    if (match) return { rule, match };
  }
  return undefined;
}

interface AllowedMentions {
  parse?: string[] | undefined;
  users?: string[] | undefined;
  roles?: string[] | undefined;
}

/** Whom a message notifies: the server reads the raw content, whatever the markdown. */
export function pings(content: string, allowed: AllowedMentions | undefined): string[] {
  const named = (pattern: RegExp) => [...content.matchAll(pattern)].map((match) => match[1] ?? '');
  const may = (kind: 'users' | 'roles' | 'everyone', id: string) =>
    allowed === undefined ||
    allowed.parse?.includes(kind) ||
    (kind !== 'everyone' && allowed[kind]?.includes(id));
  return [
    ...named(/<@!?(\d+)>/g).filter((id) => may('users', id)),
    ...named(/<@&(\d+)>/g).filter((id) => may('roles', id)),
    ...named(/@(everyone|here)/g).filter((id) => may('everyone', id)),
  ];
}

/** The addresses that the server would unfurl under a message: it, too, reads the raw content. */
export function embeds(content: string, flags: number): string[] {
  const suppressEmbeds = 1 << 2;
  if (flags & suppressEmbeds) return [];
  return content.match(/(?<!<)https?:\/\/[^\s>]+|discord(?:\.gg|(?:app)?\.com\/invite)\/[\w-]+/g) ?? [];
}
