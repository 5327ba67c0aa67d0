import { byId, make } from './dom.ts';
import type { SessionJson, StorySummaryJson } from './protocol.ts';

/** This browser's stories, newest first. */
export class ListView {
  private readonly list = byId('stories', HTMLUListElement);
  private readonly empty = byId('no-stories', HTMLParagraphElement);
  private readonly older = byId('older', HTMLButtonElement);
  private readonly dates: Intl.DateTimeFormat;
  private readonly onOpen: (storyId: string) => void;

  constructor({ locale }: SessionJson, onOpen: (storyId: string) => void, onOlder: () => void) {
    // The browser knows the country as well, and with it the order of day and month.
    const local = navigator.languages.find((language) => language.split('-')[0] === locale) ?? locale;
    this.dates = new Intl.DateTimeFormat(local, { dateStyle: 'medium', timeStyle: 'short' });
    this.onOpen = onOpen;
    this.older.addEventListener('click', onOlder);
  }

  show(stories: StorySummaryJson[], more: boolean, openId: string | null): void {
    const focused = document.activeElement?.getAttribute('data-story');
    this.empty.hidden = stories.length > 0;
    this.older.hidden = !more;
    this.list.replaceChildren(...stories.map((story) => this.item(story, story.id === openId)));
    if (focused) this.list.querySelector<HTMLElement>(`[data-story="${CSS.escape(focused)}"]`)?.focus();
  }

  private item({ id, title, excerpt, updatedAt }: StorySummaryJson, isOpen: boolean): HTMLLIElement {
    const link = make('a', 'story-link');
    link.href = `/?story=${id}`;
    link.dataset.story = id;
    if (isOpen) link.setAttribute('aria-current', 'page');
    const name = make('span', 'story-title', title || excerpt || '…');
    name.dir = 'auto';
    const time = make('time', 'quiet', this.dates.format(new Date(updatedAt)));
    time.dateTime = updatedAt;
    link.append(name, time);
    link.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      this.onOpen(id);
    });
    const item = make('li');
    item.append(link);
    return item;
  }
}
