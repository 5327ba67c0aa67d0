import { textsFor } from '../texts/catalogue.ts';
import type { ReadableStory } from './format.ts';
import { passages, placeAndDay, titleOf } from './prose.ts';
import { escapeXml } from './xml.ts';

/** A story as markup that is both HTML and XHTML. Each paragraph finds its own direction of writing. */
export function chapter(story: ReadableStory, locale: string): string {
  const words = textsFor(locale).history;
  const body = passages(story, locale).map(({ kind, author, paragraphs }) => {
    const lines = paragraphs.map(
      (paragraph) => `<p dir="auto">${escapeXml(paragraph).replaceAll('\n', '<br/>')}</p>`,
    );
    if (kind !== 'prompt')
      return lines
        .map((line) => (kind === 'text' ? line : line.replace('<p', '<p class="forgotten"')))
        .join('\n');
    return `<blockquote>\n<p class="author" dir="auto">${escapeXml(words.prompt(author))}</p>\n${lines.join('\n')}\n</blockquote>`;
  });
  return `<h2 dir="auto">${escapeXml(titleOf(story, locale))}</h2>
<p class="place">${escapeXml(placeAndDay(story, locale))}</p>
${body.join('\n')}`;
}

/** How a story looks in a book, on a page and on paper. */
export const bookStyle = `
blockquote { margin: 1em 0; padding: 0 1em; border-left: 0.2em solid #9a7b4f; font-style: italic; }
.author { font-size: 0.8em; font-style: normal; font-weight: bold; margin-bottom: 0; }
.place, .forgotten { color: #777; font-size: 0.9em; }
p { line-height: 1.5; overflow-wrap: break-word; }
`;
