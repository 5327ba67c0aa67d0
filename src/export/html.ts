import { textsFor } from '../texts/catalogue.ts';
import { bookStyle, chapter } from './chapter.ts';
import type { ExportFormat } from './format.ts';
import { languageOf, titleOf } from './prose.ts';
import { escapeXml } from './xml.ts';

const style = `
:root { color-scheme: light dark; }
body { max-width: 40rem; margin: 2rem auto; padding: 0 1rem; font-family: Georgia, 'Times New Roman', serif; }
nav ol { padding-left: 1.5rem; }
${bookStyle}
@media print {
  :root { color-scheme: light; }
  body { max-width: none; margin: 0; font-size: 11pt; }
  article { break-before: page; }
  h2, .place, .author { break-after: avoid; }
  p { orphans: 3; widows: 3; }
  a { color: inherit; text-decoration: none; }
}
`;

/** One page that needs nothing else, prints a story a sheet, and lets nothing in it run or load. */
export const html: ExportFormat = {
  extension: 'html',
  contentType: 'text/html; charset=utf-8',
  async *write(source) {
    const words = textsFor(source.locale).history;
    yield `<!DOCTYPE html>
<html lang="${escapeXml(languageOf(source.locale))}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeXml(words.title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeXml(words.title)}</h1>
</header>
<nav aria-label="${escapeXml(words.contents)}">
<ol>
`;
    let any = false;
    for await (const story of source.titles()) {
      any = true;
      yield `<li><a href="#s${story.id}" dir="auto">${escapeXml(titleOf(story, source.locale))}</a></li>\n`;
    }
    yield any ? '</ol>\n</nav>\n<main>\n' : `<li>${escapeXml(words.empty)}</li>\n</ol>\n</nav>\n<main>\n`;
    for await (const story of source.stories()) {
      yield `<article id="s${story.id}">\n${chapter(story, source.locale).replaceAll('<br/>', '<br>')}\n</article>\n`;
    }
    yield '</main>\n</body>\n</html>\n';
  },
};
