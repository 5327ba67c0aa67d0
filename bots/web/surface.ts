import type {
  ExportFile,
  MessageRef,
  ReplyPart,
  ReplySurface,
  SurfaceLimits,
} from '../../src/reply/surface.ts';
import type { LiveHub } from './hub.ts';

const limits: SurfaceLimits = {
  /** More than the longest turn (4096 tokens) holds in practice: on the page a reply is one part. */
  maxLength: 100_000,
  /** Twenty times a second looks like typing; the connection is our own, and has no limit. */
  minEditIntervalMs: 50,
  measure: (text) => text.length,
};

export interface WebReply {
  browserId: string;
  turnId: string;
  storyId: string;
}

/** Shows a reply to whichever tabs of a browser are connected; who comes later finds it in the database. */
export class WebSurface implements ReplySurface {
  readonly limits = limits;
  private readonly hub: LiveHub;
  private readonly reply: WebReply;

  constructor(hub: LiveHub, reply: WebReply) {
    this.hub = hub;
    this.reply = reply;
  }

  async post(part: ReplyPart): Promise<MessageRef> {
    const { browserId, turnId, storyId } = this.reply;
    this.hub.publish(browserId, {
      turnId,
      storyId,
      part: part.index,
      text: part.text,
      note: part.note ?? null,
      buttons: part.buttons.map(({ action, turnId, disabled = false }) => ({ action, turnId, disabled })),
      phase: part.phase,
    });
    return { turnId, part: part.index };
  }

  /** The page finds a part by its turn and index, which `part` and the reply have already. */
  async edit(_ref: MessageRef, part: ReplyPart): Promise<void> {
    await this.post(part);
  }

  /** Files are taken from the page's own download links. */
  async attach(_file: ExportFile): Promise<void> {}

  close(): void {
    this.hub.forget(this.reply.browserId, this.reply.turnId);
  }
}
