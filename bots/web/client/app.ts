import { Announcer } from './announcer.ts';
import { ApiError, post, Unreachable } from './api.ts';
import { Composer } from './composer.ts';
import { confirmed } from './confirm.ts';
import { byId, make } from './dom.ts';
import { Download } from './download.ts';
import { keepConnected } from './live.ts';
import { Menu } from './menu.ts';
import { OpenStory } from './open-story.ts';
import type { SessionJson, SettingsJson } from './protocol.ts';
import { SettingsView } from './settings-view.ts';
import { Stories } from './stories.ts';
import { StoryView } from './story-view.ts';

interface Accepted {
  storyId: string;
  turnId: string;
}

/** Puts the page's parts together, and turns what a person does into requests. */
export class App {
  private readonly texts: SessionJson['texts'];
  private readonly open: OpenStory;
  private readonly stories: Stories;
  private readonly storyView: StoryView;
  private readonly composer: Composer;
  private readonly settings: SettingsView;
  private readonly announcer: Announcer;
  private readonly download: Download;
  private readonly menu = new Menu();
  private readonly alert = byId('alert', HTMLParagraphElement);
  private readonly connection = byId('connection', HTMLParagraphElement);
  private isSending = false;

  constructor(session: SessionJson) {
    this.texts = session.texts;
    this.open = new OpenStory(() => this.draw());
    this.stories = new Stories(session, (id) => this.goTo(id));
    this.storyView = new StoryView(session.texts, {
      continue: () => this.tell('continue'),
      retry: () => this.tell('retry'),
      undo: () => this.undo(),
      show: (turnId) => this.act(() => post(`/api/turns/${turnId}/show`)),
    });
    this.composer = new Composer(session.texts, { send: (text) => this.send(text), stop: () => this.stop() });
    this.settings = new SettingsView(session, {
      change: (changes) => this.set({ changes }, session.locale),
      reset: () => this.set({ reset: true }, session.locale),
    });
    this.settings.show(session.settings);
    this.announcer = new Announcer(session.locale, session.texts.storyEnd);
    this.download = new Download(session.formats);
    byId('forget', HTMLButtonElement).hidden = !session.canForget;
    this.addOpenings();
    this.addMenu();
    addEventListener('popstate', () => this.openFromAddress());
    addEventListener('keydown', (event) => this.onEscape(event));
  }

  start(): void {
    this.openFromAddress();
    keepConnected({
      snapshot: (event) => {
        this.connection.textContent = '';
        this.open.snapshot(event);
        this.stories.reload();
      },
      delta: (event) => this.open.delta(event),
      changed: ({ storyId, isCleared }) => {
        this.stories.reload();
        if (isCleared && this.open.id) this.goTo(null);
        else if (storyId === null || storyId === this.open.id) this.open.reload();
      },
      lost: () => {
        this.connection.textContent = this.texts.connecting;
      },
    });
  }

  private draw(): void {
    const { story, writing, head } = this.open;
    this.storyView.show(story?.turns.length ? story : null, writing, this.isSending);
    this.download.offer(writing ? null : (story?.id ?? null));
    this.composer.setState({ isWriting: writing !== undefined, isSending: this.isSending });
    this.announcer.follow(head?.id, writing, writing?.text ?? head?.text ?? '');
    document.title = story?.title ? `${story.title} · Storyteller` : 'Storyteller';
  }

  private send(text: string): void {
    if (this.open.writing) this.alert.textContent = this.texts.stillWriting;
    else if (this.open.head) this.tell('continue', text);
    else this.act(() => this.begin(text));
  }

  private async begin(prompt: string): Promise<void> {
    const { storyId, turnId } = await post<Accepted>('/api/stories', { prompt });
    this.announcer.expect(turnId);
    this.composer.clear(prompt);
    this.goTo(storyId);
  }

  /** Has the head written on, or written anew. */
  private tell(kind: 'continue' | 'retry', prompt = ''): void {
    this.act(async () => {
      const { head } = this.open;
      if (!head) return;
      const { turnId } = await post<Accepted>(`/api/turns/${head.id}/${kind}`, { prompt });
      this.announcer.expect(turnId);
      if (prompt) this.composer.clear(prompt);
      await this.open.load();
      this.storyView.scrollToEnd();
    });
  }

  private undo(): void {
    this.act(async () => {
      const { head } = this.open;
      if (!head) return;
      await post(`/api/turns/${head.id}/undo`);
      const isWhole = this.open.story?.turns.length === 1;
      if (isWhole) this.goTo(null);
      else await this.open.load();
      this.composer.suggest(head.prompt);
    });
  }

  private stop(): void {
    const { head, writing } = this.open;
    // Whatever else is being sent, a stop does not wait for it.
    if (head && writing) post(`/api/turns/${head.id}/stop`).catch((error: unknown) => this.fail(error));
  }

  private set(request: { changes?: SettingsJson; reset?: boolean }, locale: string): void {
    this.act(async () => {
      const { settings } = await post<{ settings: SettingsJson }>('/api/settings', request);
      if (settings.language && settings.language !== locale) location.reload();
      this.settings.show(settings);
    });
  }

  private goTo(storyId: string | null): void {
    history.pushState(null, '', storyId ? `/?story=${storyId}` : '/');
    this.menu.close();
    this.alert.textContent = '';
    this.openFromAddress();
    if (matchMedia('(pointer: fine)').matches) this.composer.focus();
  }

  private openFromAddress(): void {
    const storyId = new URLSearchParams(location.search).get('story');
    this.composer.open(storyId);
    this.stories.mark(storyId);
    const opened = this.open.open(storyId).then(() => this.storyView.scrollToEnd());
    opened.catch((error: unknown) => this.fail(error));
  }

  /** Does one thing at a time, and says what went wrong with it. */
  private async act(action: () => Promise<unknown>): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    this.alert.textContent = '';
    this.draw();
    try {
      await action();
    } catch (error) {
      this.fail(error);
    }
    this.isSending = false;
    this.draw();
  }

  private fail(error: unknown): void {
    if (error instanceof ApiError) this.alert.textContent = error.message;
    else
      this.alert.textContent =
        error instanceof Unreachable ? this.texts.unreachable : this.texts.somethingWrong;
  }

  private onEscape(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || document.querySelector('dialog[open]')) return;
    if (this.menu.isOpen) this.menu.close();
    else this.stop();
  }

  private addOpenings(): void {
    const buttons = this.texts.openings.map((opening) => {
      const button = make('button', 'opening', opening);
      button.type = 'button';
      button.addEventListener('click', () => this.act(() => this.begin(opening)));
      const item = make('li');
      item.append(button);
      return item;
    });
    byId('openings', HTMLUListElement).append(...buttons);
  }

  private addMenu(): void {
    const { texts } = this;
    byId('new-story', HTMLButtonElement).addEventListener('click', () => this.goTo(null));
    byId('clear', HTMLButtonElement).addEventListener('click', async () => {
      if (!(await confirmed(texts.clearQuestion, texts.clearDetail, texts.clear))) return;
      await this.act(async () => {
        await post('/api/clear');
        this.announcer.say(texts.cleared);
      });
    });
    byId('forget', HTMLButtonElement).addEventListener('click', async () => {
      if (!(await confirmed(texts.forgetQuestion, texts.forgetDetail, texts.forget))) return;
      await this.act(async () => {
        await post('/api/forget');
        localStorage.clear();
        location.assign('/');
      });
    });
  }
}
