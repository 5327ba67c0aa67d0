/** Markup that is safe to send: every text in it was escaped. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

type Content = Html | string | number | null | undefined | false | readonly Content[];

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes whatever stands between the pieces; lists are joined, nothing stands for nothing. */
export function html(pieces: TemplateStringsArray, ...contents: Content[]): Html {
  return new Html(String.raw({ raw: pieces }, ...contents.map(render)));
}

function render(content: Content): string {
  if (content instanceof Html) return content.markup;
  if (Array.isArray(content)) return content.map(render).join('');
  if (content === null || content === undefined || content === false) return '';
  return String(content).replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
