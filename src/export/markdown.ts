import { textsFor } from '../texts/catalogue.ts';
import type { ExportFormat } from './format.ts';
import { passages, placeAndDay, titleOf } from './prose.ts';
import { withoutControls } from './text.ts';

/** Markdown (CommonMark, and what GitHub adds to it): people's words are quotations. */
export const markdown: ExportFormat = {
  extension: 'md',
  contentType: 'text/markdown; charset=utf-8',
  async *write(source) {
    const { locale } = source;
    const words = textsFor(locale).history;
    yield `# ${words.title}\n`;
    let any = false;
    for await (const story of source.stories()) {
      any = true;
      const blocks = [
        `\n## ${escapeInline(titleOf(story, locale))}`,
        `*${escapeInline(placeAndDay(story, locale))}*`,
      ];
      for (const { kind, author, paragraphs } of passages(story, locale)) {
        const body = paragraphs.map(escapeParagraph).join('\n\n');
        if (kind === 'prompt') blocks.push(quoted(`**${escapeInline(words.prompt(author))}**\n\n${body}`));
        else blocks.push(kind === 'forgotten' ? `*${body}*` : body);
      }
      yield `${blocks.join('\n\n')}\n`;
    }
    if (!any) yield `\n${words.empty}\n`;
  },
};

const quoted = (blocks: string) => blocks.replace(/^/gm, '> ').replace(/^> $/gm, '>');

/** Every character that means something in Markdown, said to mean nothing; addresses don't become links. */
export function escapeInline(text: string): string {
  return withoutControls(text)
    .replace(/[\\`*_{}[\]<>()#|~&@$!^=:]/g, '\\$&')
    .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}\\.`)
    .replace(/\s+/g, ' ');
}

/** A paragraph whose line breaks and leading blanks stay what they are, and whose lines begin nothing. */
function escapeParagraph(paragraph: string): string {
  return paragraph
    .split('\n')
    .map((line) => {
      const [blanks = ''] = /^\s*/.exec(line) ?? [];
      const escaped = escapeInline(line.slice(blanks.length).trimEnd());
      const harmless = escaped.replace(/^[-+]/, '\\$&').replace(/^(\d+)([.)])/, '$1\\$2');
      return '&#160;'.repeat(blanks.replace(/\t/g, '    ').length) + harmless;
    })
    .join('\\\n');
}
