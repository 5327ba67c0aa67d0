import { createHash } from 'node:crypto';
import { textsFor } from '../texts/catalogue.ts';
import { bookStyle, chapter } from './chapter.ts';
import type { ReadableStory } from './format.ts';
import { languageOf, titleOf } from './prose.ts';
import { escapeXml } from './xml.ts';

export interface Chapter {
  id: string;
  title: string;
}

const declaration = '<?xml version="1.0" encoding="UTF-8"?>';

export const container = `${declaration}
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
`;

export const styleSheet = `${bookStyle}
.cover { text-align: center; margin-top: 30%; }
`;

const page = (title: string, body: string, locale: string) => `${declaration}
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="${languageOf(locale)}" xml:lang="${languageOf(locale)}">
<head>
<title>${escapeXml(title)}</title>
<link rel="stylesheet" type="text/css" href="style.css"/>
</head>
${body}
</html>
`;

export function chapterPage(story: ReadableStory, locale: string): string {
  return page(
    titleOf(story, locale),
    `<body epub:type="bodymatter">\n<section epub:type="chapter">\n${chapter(story, locale)}\n</section>\n</body>`,
    locale,
  );
}

export function coverPage(authors: string[], locale: string): string {
  const { title, byline } = textsFor(locale).history;
  return page(
    title,
    `<body epub:type="cover">\n<div class="cover">\n<h1>${escapeXml(title)}</h1>
${authors.length > 0 ? `<p dir="auto">${escapeXml(byline(authors.join(', ')))}</p>` : ''}\n</div>\n</body>`,
    locale,
  );
}

export function coverImage(locale: string): string {
  const title = escapeXml(textsFor(locale).history.title);
  return `${declaration}
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 900" width="600" height="900">
<rect width="600" height="900" fill="#2b2233"/>
<circle cx="420" cy="230" r="90" fill="#f1d9a7"/>
<circle cx="385" cy="205" r="80" fill="#2b2233"/>
<path d="M0 760 Q150 640 300 740 T600 700 V900 H0 Z" fill="#6d5a7d"/>
<text x="300" y="520" text-anchor="middle" font-family="serif" font-size="72" fill="#fff7e8">${title}</text>
</svg>
`;
}

export function navigation(chapters: Chapter[], locale: string): string {
  const { title, contents } = textsFor(locale).history;
  const items = chapters.map(({ id, title }) => `<li><a href="${id}.xhtml">${escapeXml(title)}</a></li>`);
  return page(
    contents,
    `<body>\n<nav epub:type="toc">\n<h1>${escapeXml(contents)}</h1>\n<ol>
<li><a href="cover.xhtml">${escapeXml(title)}</a></li>
${items.join('\n')}\n</ol>\n</nav>\n</body>`,
    locale,
  );
}

export interface Book {
  title: string;
  chapters: Chapter[];
  authors: string[];
  locale: string;
  takenAt: Date;
}

export function packageDocument({ title, chapters, authors, locale, takenAt }: Book): string {
  // Of two parts of one story too, each is a book of its own.
  const names = [title, ...chapters.map(({ id }) => id)].join();
  const identifier = createHash('sha256').update(names).digest('hex').slice(0, 32);
  const manifest = chapters.map(
    ({ id }) => `<item id="${id}" href="${id}.xhtml" media-type="application/xhtml+xml"/>`,
  );
  const creators = authors.map(
    (name, index) => `<dc:creator id="author${index}">${escapeXml(name)}</dc:creator>`,
  );
  return `${declaration}
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="${languageOf(locale)}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:storyteller:${identifier}</dc:identifier>
<dc:title>${escapeXml(title)}</dc:title>
<dc:language>${languageOf(locale)}</dc:language>
${creators.join('\n')}
<meta property="dcterms:modified">${takenAt.toISOString().replace(/\.\d+/, '')}</meta>
</metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/>
<item id="cover-image" href="cover.svg" media-type="image/svg+xml" properties="cover-image"/>
<item id="style" href="style.css" media-type="text/css"/>
${manifest.join('\n')}
</manifest>
<spine>
<itemref idref="cover"/>
<itemref idref="nav"/>
${chapters.map(({ id }) => `<itemref idref="${id}"/>`).join('\n')}
</spine>
</package>
`;
}
