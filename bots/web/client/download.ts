import { byId, make } from './dom.ts';

const names: Record<string, string> = {
  jsonl: 'JSON Lines',
  json: 'JSON',
  csv: 'CSV',
  markdown: 'Markdown',
  text: 'Text',
  html: 'HTML',
  epub: 'EPUB',
};

/** The links that take the open story along. */
export class Download {
  private readonly menu = byId('download', HTMLDetailsElement);
  private readonly links: { format: string; link: HTMLAnchorElement }[];

  constructor(formats: string[]) {
    this.links = formats.map((format) => ({ format, link: make('a', '', names[format] ?? format) }));
    const items = this.links.map(({ link }) => {
      link.download = '';
      link.addEventListener('click', () => this.close());
      const item = make('li');
      item.append(link);
      return item;
    });
    byId('formats', HTMLUListElement).append(...items);
    this.menu.addEventListener('toggle', () => {
      if (this.menu.open) this.menu.scrollIntoView({ block: 'nearest' });
    });
  }

  /** Offers a story, or none. */
  offer(storyId: string | null): void {
    if (storyId === null) this.close();
    this.menu.hidden = storyId === null || this.links.length === 0;
    for (const { format, link } of this.links) link.href = `/api/export?format=${format}&story=${storyId}`;
  }

  private close(): void {
    this.menu.open = false;
  }
}
