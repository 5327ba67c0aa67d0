import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { textsFor } from '../texts/catalogue.ts';
import {
  chapterPage,
  container,
  coverImage,
  coverPage,
  navigation,
  packageDocument,
  styleSheet,
} from './epub-pages.ts';
import type { ExportFormat, HistorySource } from './format.ts';
import { titleOf } from './prose.ts';

/** A book, EPUB 3: a cover, a chapter a story, and everybody who asked for a part of it as its authors. */
export const epub: ExportFormat = {
  extension: 'epub',
  contentType: 'application/epub+zip',
  write(source) {
    const zip = new ZipFile();
    const output = zip.outputStream as Readable;
    fill(zip, source).then(
      () => zip.end(),
      (error) => output.destroy(error),
    );
    return output;
  },
};

async function fill(zip: ZipFile, source: HistorySource): Promise<void> {
  const { locale, takenAt, part } = source;
  const options = { mtime: takenAt };
  const add = (path: string, content: string) => zip.addBuffer(Buffer.from(content), path, options);
  // The first file says what the others are, and readers look for it at a fixed place: neither compressed nor described.
  zip.addBuffer(Buffer.from('application/epub+zip'), 'mimetype', { ...options, compress: false });
  add('META-INF/container.xml', container);
  add('OEBPS/style.css', styleSheet);
  const authors = (await source.authors()).filter((name) => name.trim() !== '');
  add('OEBPS/cover.svg', coverImage(locale));
  add('OEBPS/cover.xhtml', coverPage(authors, locale));
  const chapters: { id: string; title: string }[] = [];
  for await (const story of source.stories()) {
    const id = `s${story.id}`;
    chapters.push({ id, title: titleOf(story, locale) });
    await addInTurn(zip, `OEBPS/${id}.xhtml`, chapterPage(story, locale), options);
  }
  const whole = textsFor(locale).history.title;
  const title = part ? `${whole} (${part.number}/${part.of})` : whole;
  add('OEBPS/nav.xhtml', navigation(chapters, locale));
  add('OEBPS/content.opf', packageDocument({ title, chapters, authors, locale, takenAt }));
}

/** Resolves once everything before it has been read, so that a long book is never in memory as a whole. */
function addInTurn(zip: ZipFile, path: string, content: string, options: { mtime: Date }): Promise<void> {
  return new Promise((resolve) => {
    zip.addReadStreamLazy(path, options, (give) => {
      give(null, Readable.from([Buffer.from(content)]));
      resolve();
    });
  });
}
