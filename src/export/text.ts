import { textsFor } from '../texts/catalogue.ts';
import type { ExportFormat } from './format.ts';
import { passages, placeAndDay, titleOf } from './prose.ts';

/** Plain text, as it would be read aloud. */
export const text: ExportFormat = {
  extension: 'txt',
  contentType: 'text/plain; charset=utf-8',
  async *write(source) {
    const { locale } = source;
    const words = textsFor(locale).history;
    let any = false;
    for await (const story of source.stories()) {
      const title = withoutControls(titleOf(story, locale));
      const lines = [
        title,
        '='.repeat(Math.min(60, title.length)),
        withoutControls(placeAndDay(story, locale)),
      ];
      for (const { kind, author, paragraphs } of passages(story, locale)) {
        const body = paragraphs.map(withoutControls).join('\n\n');
        lines.push(
          '',
          kind === 'prompt' ? `${words.prompt(withoutControls(author))}\n${quoted(body)}` : body,
        );
      }
      yield `${any ? '\n\n\n' : ''}${lines.join('\n')}\n`;
      any = true;
    }
    if (!any) yield `${words.empty}\n`;
  },
};

const quoted = (text: string) => text.replace(/^/gm, '  ');

/** A terminal that shows the file must not take orders from it: but for line breaks and tabs, control characters go. */
export function withoutControls(text: string): string {
  return text.replace(/(?![\n\t])\p{Cc}/gu, '\ufffd');
}
