import { get } from './api.ts';
import { ListView } from './list-view.ts';
import type { SessionJson, StorySummaryJson } from './protocol.ts';

interface Page {
  stories: StorySummaryJson[];
  more: boolean;
}

/** The list of this browser's stories, kept up to date. */
export class Stories {
  private stories: StorySummaryJson[] = [];
  private more = false;
  private openId: string | null = null;
  private loads = 0;
  private readonly view: ListView;

  constructor(session: SessionJson, onOpen: (storyId: string) => void) {
    this.view = new ListView(session, onOpen, () => this.loadOlder().catch(() => undefined));
  }

  mark(openId: string | null): void {
    this.openId = openId;
    this.draw();
  }

  /** Asks for the newest stories. Where it fails, the next change or connection tries again. */
  reload(): void {
    this.loads += 1;
    const load = this.loads;
    get<Page>('/api/stories')
      .then((page) => {
        if (load !== this.loads) return;
        this.stories = page.stories;
        this.more = page.more;
        this.draw();
      })
      .catch(() => undefined);
  }

  private async loadOlder(): Promise<void> {
    const oldest = this.stories.at(-1);
    if (!oldest) return;
    const page = await get<Page>(`/api/stories?before=${encodeURIComponent(oldest.updatedAt)}`);
    this.stories = [...this.stories, ...page.stories];
    this.more = page.more;
    this.draw();
  }

  private draw(): void {
    this.view.show(this.stories, this.more, this.openId);
  }
}
