import type { Clock } from '../../src/ops/clock.ts';
import type { SurfaceFault, VisibleButton } from '../../src/reply/surface.contract.ts';
import {
  AccessLost,
  type ExportFile,
  MessageGone,
  type MessageRef,
  RateLimited,
  type ReplyPart,
  type ReplySurface,
  type SurfaceLimits,
} from '../../src/reply/surface.ts';

/** One call to the surface, as the platform saw it. */
export interface RecordedCall {
  call: 'post' | 'edit' | 'remove';
  /** The message; none for a post that failed. */
  id: number | undefined;
  startedAt: number;
  endedAt: number;
  outcome: 'ok' | SurfaceFault;
  part: ReplyPart | undefined;
}

interface Message {
  id: number;
  part: ReplyPart;
  deleted: boolean;
}

export interface Trouble {
  fault?: SurfaceFault;
  retryAfterMs?: number;
  /** Does the work, then fails: a connection cut too late. */
  lostAnswer?: boolean;
  delayMs?: number;
}

export interface MemorySurfaceOptions {
  clock: Clock;
  limits?: Partial<SurfaceLimits>;
  /** Trouble for a call, asked as it arrives. */
  trouble?: () => Trouble;
  /** Posting twice with one nonce gives one message. By default true. */
  dedupes?: boolean;
}

/** A platform in memory that enforces its limits and remembers each call. */
export class MemorySurface implements ReplySurface {
  readonly limits: SurfaceLimits;
  readonly calls: RecordedCall[] = [];
  readonly files: ExportFile[] = [];
  typings: number[] = [];
  /** Why a caller broke the port's rules: stays empty. */
  readonly violations: string[] = [];
  private readonly options: MemorySurfaceOptions;
  private messages: Message[] = [];
  private inFlight = 0;
  private next: Trouble | undefined;
  private lost = false;

  constructor(options: MemorySurfaceOptions) {
    this.options = options;
    this.limits = {
      maxLength: 200,
      minEditIntervalMs: 1_000,
      measure: (text) => text.length,
      ...options.limits,
    };
  }

  post(part: ReplyPart): Promise<MessageRef> {
    return this.call('post', undefined, part, () => {
      const same = this.messages.find((message) => message.part.nonce === part.nonce);
      if (same && this.options.dedupes !== false) return same.id;
      const id = this.messages.length + 1;
      this.messages.push({ id, part: structuredClone(part), deleted: false });
      return id;
    });
  }

  async edit(ref: MessageRef, part: ReplyPart): Promise<void> {
    await this.call('edit', Number(ref), part, () => {
      const message = this.existing(ref);
      message.part = { ...structuredClone(part), nonce: message.part.nonce };
      return message.id;
    });
  }

  async remove(ref: MessageRef): Promise<void> {
    await this.call('remove', Number(ref), undefined, () => {
      const message = this.existing(ref);
      message.deleted = true;
      return message.id;
    });
  }

  async attach(file: ExportFile): Promise<void> {
    this.files.push(file);
  }

  async typing(): Promise<void> {
    this.typings.push(this.options.clock.now());
    if (this.lost) throw new AccessLost();
  }

  /** The next call fails so; without access, all later ones as well. */
  fail(fault: SurfaceFault, retryAfterMs = 1_000): void {
    if (fault === 'accessLost') this.lost = true;
    else if (fault === 'gone') this.delete(this.shown().at(-1)?.id);
    else this.next = { fault, retryAfterMs };
  }

  /** Somebody deletes the message. */
  delete(id: number | undefined): void {
    const message = this.messages.find((other) => other.id === id);
    if (message) message.deleted = true;
  }

  visible(): string[] {
    return this.shown().map(({ part }) => [part.text, part.note].filter(Boolean).join('\n'));
  }

  buttons(): VisibleButton[][] {
    return this.shown().map(({ part }) =>
      part.buttons.map(({ action, turnId, disabled }) => ({ action, turnId, disabled: disabled === true })),
    );
  }

  /** The messages that are there. */
  ids(): number[] {
    return this.shown().map(({ id }) => id);
  }

  /**
   * The least time from the end of a call to the start of the next one to the same message, or to the next but one to
   * any. What takes a deleted message's place needn't wait.
   */
  smallestGap(): number {
    const gaps = this.calls.flatMap((call, at) => {
      const before = this.calls.slice(Math.max(0, at - 2), at);
      if (before.some(({ outcome }) => outcome === 'gone')) return [];
      const related = before.filter(
        ({ id }, index) => (id !== undefined && id === call.id) || index < before.length - 1,
      );
      return related.map(({ endedAt }) => call.startedAt - endedAt);
    });
    return Math.min(...gaps);
  }

  private shown(): Message[] {
    return this.messages.filter((message) => !message.deleted);
  }

  private existing(ref: MessageRef): Message {
    const message = this.messages.find(({ id, deleted }) => id === ref && !deleted);
    if (!message) throw new MessageGone();
    return message;
  }

  private async call(
    call: RecordedCall['call'],
    id: number | undefined,
    part: ReplyPart | undefined,
    work: () => number,
  ): Promise<number> {
    const { clock } = this.options;
    if (this.inFlight > 0) this.violations.push(`${call} while another call was under way`);
    if (part) this.check(part);
    const record: RecordedCall = { call, id, startedAt: clock.now(), endedAt: 0, outcome: 'ok', part };
    this.calls.push(record);
    this.inFlight++;
    try {
      const trouble: Trouble = this.next ?? this.options.trouble?.() ?? {};
      this.next = undefined;
      if (trouble.delayMs) await clock.sleep(trouble.delayMs);
      const fault = this.lost ? 'accessLost' : trouble.fault;
      if (fault === 'gone') this.delete(id);
      else if (fault) {
        record.outcome = fault;
        throw faultError(fault, trouble.retryAfterMs);
      }
      record.id = work();
      if (trouble.lostAnswer) {
        record.outcome = 'dropped';
        throw faultError('dropped');
      }
      return record.id;
    } catch (error) {
      if (error instanceof MessageGone) record.outcome = 'gone';
      throw error;
    } finally {
      record.endedAt = clock.now();
      this.inFlight--;
    }
  }

  private check(part: ReplyPart): void {
    if (this.limits.measure(part.text) > this.limits.maxLength)
      this.violations.push(`too long: ${part.text.length}`);
    if (part.text.trim() === '' && !part.note) this.violations.push('an empty message');
    if (part.nonce.length > 25) this.violations.push(`nonce too long: ${part.nonce}`);
    if (part.buttons.length > 5) this.violations.push('more than 5 buttons');
  }
}

function faultError(fault: Exclude<SurfaceFault, 'gone'>, retryAfterMs = 1_000): Error {
  if (fault === 'rateLimited') return new RateLimited(retryAfterMs);
  if (fault === 'accessLost') return new AccessLost();
  return new Error(fault === 'dropped' ? 'The connection was cut' : 'The platform answered 503');
}
