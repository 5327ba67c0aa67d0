import { ApiError, get } from './api.ts';
import { type LiveText, LiveTexts } from './live-texts.ts';
import type { DeltaEvent, SnapshotEvent, StoryJson, TurnJson } from './protocol.ts';

/** How long after a turn's last word its end is looked up again, when the database did not hold it yet. */
const settleMs = 300;

/** The story that is open: what the server last said of it, and what is being written on it just now. */
export class OpenStory {
  id: string | null = null;
  story: StoryJson | null = null;
  private readonly live = new LiveTexts();
  private loading: Promise<void> | undefined;
  private isStale = false;
  private readonly onChange: () => void;

  constructor(onChange: () => void) {
    this.onChange = onChange;
  }

  /** The turn that the story goes on from. */
  get head(): TurnJson | undefined {
    return this.story?.turns.at(-1);
  }

  /** The head's growing text; undefined when nothing is being written. */
  get writing(): LiveText | undefined {
    const { head } = this;
    if (!head || (head.state !== 'queued' && head.state !== 'writing')) return undefined;
    const known = this.live.get(head.id);
    return known ?? { storyId: this.id ?? '', text: head.text, note: head.note, phase: 'waiting' };
  }

  /** Opens another story, or none. */
  async open(id: string | null): Promise<void> {
    this.id = id;
    if (id === null) {
      this.story = null;
      this.onChange();
    } else await this.load();
  }

  /**
   * Asks the server anew, after whatever it is being asked already; every answer is shown, so that a slow line with
   * many changes does not keep the story from the reader.
   */
  load(): Promise<void> {
    this.isStale = true;
    this.loading ??= this.loadWhileStale().finally(() => {
      this.loading = undefined;
    });
    return this.loading;
  }

  private async loadWhileStale(): Promise<void> {
    while (this.isStale) {
      this.isStale = false;
      await this.loadOnce();
    }
  }

  private async loadOnce(): Promise<void> {
    const { id } = this;
    if (id === null) return;
    const story = await get<StoryJson>(`/api/stories/${id}`).catch((error: unknown) => {
      if (error instanceof ApiError && error.reason === 'notFound') return null;
      throw error;
    });
    if (id !== this.id) return;
    this.story = story;
    if (!story || story.turns.length === 0) this.id = null;
    if (this.writing?.phase === 'done') setTimeout(() => this.reload(), settleMs);
    this.onChange();
  }

  /** As {@link load}, where nobody waits for it: the next connection's snapshot tries again. */
  reload(): void {
    this.load().catch(() => undefined);
  }

  snapshot(event: SnapshotEvent): void {
    this.live.reset(event);
    this.reload();
  }

  /** @returns false when an earlier piece was missed */
  delta(event: DeltaEvent): boolean {
    if (!this.live.apply(event)) return false;
    if (event.storyId !== this.id) return true;
    const isKnown = this.story?.turns.some((turn) => turn.id === event.turnId) ?? false;
    if (!isKnown || event.phase === 'done') this.reload();
    this.onChange();
    return true;
  }
}
