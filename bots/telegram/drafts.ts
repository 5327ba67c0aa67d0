import { createHash } from 'node:crypto';
import type { Clock } from '../../src/ops/clock.ts';
import {
  type ExportFile,
  MessageGone,
  type MessageRef,
  type ReplyPart,
  type ReplySurface,
  type SurfaceLimits,
} from '../../src/reply/surface.ts';
import { readRef } from './address.ts';
import { EditSurface, type SurfaceOptions } from './edits.ts';
import { isUnsupported } from './errors.ts';
import { limitsFor, render } from './render.ts';

/** A draft fades 30 s after it was sent (core.telegram.org/bots/api#sendmessagedraft): it is sent again before that. */
const refreshMs = 20_000;
const refreshAgainMs = 3_000;
/** A draft that nobody has touched for this many refreshes (an hour) is let go. */
const maxRefreshes = 180;
/** Drafts that are remembered for their Stop: far more than are ever written at once. */
const mostDrafts = 10_000;
/** The rate of drafts is unpublished: about one a second. */
const draftIntervalMs = 1100;

export interface DraftOptions extends SurfaceOptions {
  clock: Clock;
  /** Chats where Telegram refused a draft: they get edits from then on. */
  refused: Set<number>;
  /** The turns behind the drafts that people see now, by draft: what their Stop means. */
  drafts: Map<number, string>;
  /** Ends the refreshing of drafts. */
  closing: AbortSignal;
}

/** Names a draft by its turn and part, the same in every process, so that a restart goes on with the same draft. */
export function draftId(turnId: string, index: number): number {
  const digest = createHash('sha256').update(`${turnId}:${index}`).digest();
  return digest.readUInt32BE(0) & 0x7fff_ffff || 1;
}

/**
 * A reply in a private chat, written as native drafts with Telegram's own Stop, each finished by an ordinary message.
 * At the first refusal of a draft the chat gets edits instead.
 */
export class DraftSurface implements ReplySurface {
  readonly limits: SurfaceLimits;
  private readonly options: DraftOptions;
  private readonly edits: EditSurface;
  private refreshing: AbortController | undefined;
  private underWay: Promise<unknown> = Promise.resolve();

  constructor(options: DraftOptions) {
    this.options = options;
    this.edits = new EditSurface(options);
    this.limits = limitsFor(draftIntervalMs);
  }

  async post(part: ReplyPart): Promise<MessageRef> {
    await this.stopRefreshing();
    const id = draftId(this.options.turnId, part.index);
    if (part.phase !== 'done' && !this.isRefused && (await this.tryDraft(part))) return { draft: id };
    const ref = await this.edits.post(part);
    this.options.drafts.delete(id);
    return ref;
  }

  async edit(ref: MessageRef, part: ReplyPart): Promise<void> {
    await this.stopRefreshing();
    if ('message' in readRef(ref)) return await this.edits.edit(ref, part);
    const becomesMessage = part.phase === 'done' || this.isRefused || !(await this.tryDraft(part));
    if (becomesMessage) throw new MessageGone('the draft becomes a message');
  }

  async attach(file: ExportFile): Promise<void> {
    await this.edits.attach(file);
  }

  async remove(ref: MessageRef): Promise<void> {
    await this.stopRefreshing();
    await this.edits.remove(ref);
  }

  async typing(): Promise<void> {
    await this.edits.typing();
  }

  close(): void {
    this.refreshing?.abort();
  }

  private get isRefused(): boolean {
    return this.options.refused.has(this.options.address.chat);
  }

  /** Sends the draft, and keeps it from fading. False when Telegram won't have drafts in this chat. */
  private async tryDraft(part: ReplyPart): Promise<boolean> {
    try {
      await this.send(part);
    } catch (error) {
      if (!isUnsupported(error)) throw error;
      this.options.refused.add(this.options.address.chat);
      return false;
    }
    this.refreshing = new AbortController();
    void this.keepFresh(part, this.refreshing);
    return true;
  }

  private async send(part: ReplyPart): Promise<void> {
    const { client, address, turnId } = this.options;
    // Empty text shows "Thinking…" in the person's own language.
    const isBlank = part.text === '' && part.note === undefined;
    const { text, entities } = isBlank ? { text: '', entities: [] } : render(part);
    const id = draftId(turnId, part.index);
    this.remember(id);
    const call = client.attempt(
      address,
      turnId,
      (thread) =>
        client.api.sendMessageDraft(address.chat, id, text, {
          entities,
          can_stop: true,
          keep_on_stop: true,
          ...thread,
        }),
      'draft',
    );
    this.underWay = call.catch(() => undefined);
    await call;
  }

  private remember(id: number): void {
    const { drafts, turnId } = this.options;
    const [oldest] = drafts.keys();
    if (drafts.size >= mostDrafts && oldest !== undefined) drafts.delete(oldest);
    drafts.set(id, turnId);
  }

  private async keepFresh(part: ReplyPart, stopping: AbortController): Promise<void> {
    const { closing } = this.options;
    const stop = () => stopping.abort();
    closing.addEventListener('abort', stop);
    if (closing.aborted) stop();
    await this.refresh(part, stopping.signal);
    closing.removeEventListener('abort', stop);
  }

  private async refresh(part: ReplyPart, stopped: AbortSignal): Promise<void> {
    let delay = refreshMs;
    for (let count = 0; count < maxRefreshes; count++) {
      await this.options.clock.sleep(delay, stopped);
      if (stopped.aborted) return;
      try {
        await this.send(part);
        delay = refreshMs;
      } catch {
        delay = refreshAgainMs;
      }
    }
  }

  private async stopRefreshing(): Promise<void> {
    this.refreshing?.abort();
    await this.underWay;
  }
}
