import { byId, fill, onPress, setDisabled } from './dom.ts';
import { paragraphsOf } from './flow.ts';
import type { LiveText } from './live-texts.ts';
import type { SessionJson, StoryJson, TurnJson } from './protocol.ts';
import { TextView } from './text-view.ts';

export interface StoryActions {
  continue(): void;
  retry(): void;
  undo(): void;
  show(turnId: string): void;
}

/** Nearer than this to the end, in pixels, the page follows the text as it grows. */
const followWithin = 80;

/** The story column, with the buttons under its last turn. */
export class StoryView {
  private readonly scroller = byId('scroller', HTMLDivElement);
  private readonly article = byId('story', HTMLElement);
  private readonly welcome = byId('welcome', HTMLElement);
  private readonly note = byId('note', HTMLParagraphElement);
  private readonly buttons = {
    continue: byId('continue', HTMLButtonElement),
    retry: byId('retry', HTMLButtonElement),
    undo: byId('undo', HTMLButtonElement),
  };
  private readonly versions = byId('versions', HTMLSpanElement);
  private readonly version = byId('version', HTMLSpanElement);
  private readonly previous = byId('previous', HTMLButtonElement);
  private readonly next = byId('next', HTMLButtonElement);
  private readonly text: TextView;
  private readonly texts: SessionJson['texts'];
  private head: TurnJson | undefined;

  constructor(texts: SessionJson['texts'], actions: StoryActions) {
    this.texts = texts;
    this.text = new TextView(byId('text', HTMLDivElement), texts.you);
    for (const name of ['continue', 'retry', 'undo'] as const) {
      this.buttons[name].textContent = texts.buttons[name];
      onPress(this.buttons[name], () => actions[name]());
    }
    const walk = (step: number) => () => {
      const target = this.head?.versionIds[this.versionIndex() + step];
      if (target) actions.show(target);
    };
    onPress(this.previous, walk(-1));
    onPress(this.next, walk(1));
  }

  /**
   * Draws the story, or the welcome when there is none; `live` is its last turn while that is being written. Its buttons
   * rest while `isSending`: what a person asks for then would not be done.
   */
  show(story: StoryJson | null, live: LiveText | undefined, isSending: boolean): void {
    const isFollowing = this.isAtEnd();
    this.article.hidden = !story;
    this.welcome.hidden = story !== null;
    const turns = story?.turns ?? [];
    this.head = turns.at(-1);
    const told = turns.map((turn) => {
      const isLive = live !== undefined && turn === this.head;
      return { ...turn, isTrimmed: isLive, text: isLive ? live.text : turn.text };
    });
    this.text.show(paragraphsOf(told));
    this.article.classList.toggle('live', live !== undefined);
    this.article.setAttribute('aria-busy', String(live !== undefined));
    const note = (live ? live.note : this.head?.note) ?? '';
    if (this.note.textContent !== note) this.note.textContent = note;
    this.drawButtons(live !== undefined || isSending);
    if (isFollowing) this.scrollToEnd();
  }

  scrollToEnd(): void {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  private drawButtons(isBusy: boolean): void {
    for (const button of Object.values(this.buttons)) setDisabled(button, isBusy);
    const total = this.head?.versionIds.length ?? 0;
    const index = this.versionIndex();
    const version = total < 2 ? '' : fill(this.texts.version, { index: index + 1, total });
    this.versions.hidden = total < 2;
    if (this.version.textContent !== version) this.version.textContent = version;
    setDisabled(this.previous, isBusy || index <= 0);
    setDisabled(this.next, isBusy || index >= total - 1);
  }

  private versionIndex(): number {
    return this.head?.versionIds.indexOf(this.head.id) ?? -1;
  }

  private isAtEnd(): boolean {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < followWithin;
  }
}
