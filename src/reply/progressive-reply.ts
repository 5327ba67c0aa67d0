import type { Clock } from '../ops/clock.ts';
import { type CallResult, outcomeOf, resultOf } from './call-result.ts';
import { knownContent, nonceOf, partsOf, type ReplyView } from './parts.ts';
import {
  type Call,
  deliverWithinMs,
  type Goal,
  newSlot,
  nextStep,
  type PlanState,
  type ReplyOutcome,
  refsOf,
} from './plan.ts';
import { afterCall, initialState } from './progress.ts';
import type { MessageRef, ReplyPart, ReplySurface } from './surface.ts';
import { keepTyping } from './typing.ts';

export interface ProgressiveReplyOptions {
  surface: ReplySurface;
  clock: Clock;
  /** Names the reply: its messages' nonces come of it. */
  key: string;
  /**
   * Given whenever an earlier process may have begun this reply: the references that it saved (or none), and the text
   * as it was saved last, of which people may have seen more.
   */
  resume?: { refs: MessageRef[]; text: string };
  /**
   * Keeps the references, and the text of the last view with them (before each further message as well: else a crash
   * could leave a message behind that no story reaches). Awaited before any further call, tried again when it throws.
   */
  saveRefs(refs: MessageRef[]): Promise<void>;
  onCall?(call: 'post' | 'edit' | 'remove', outcome: 'ok' | 'rate_limited' | 'failed', error?: unknown): void;
  /** The first words are there to be read. */
  onFirstText?(): void;
  /** From 0 to 1. */
  random?: () => number;
}

/** The longest sleep that a timer takes. */
const longestSleepMs = 2 ** 31 - 1;

/**
 * Turns a text that grows into few, well-timed posts and edits. One call at a time, the newest view wins, the last one
 * is always shown or given up as undeliverable ({@link deliverWithinMs}).
 */
export class ProgressiveReply {
  private readonly options: ProgressiveReplyOptions;
  private state: PlanState;
  private view: ReplyView | undefined;
  private parts: Goal['parts'] | undefined;
  private deadline: number | undefined;
  private hasText: boolean;
  private isClosed = false;
  private running: Promise<ReplyOutcome> | undefined;
  private waiting: { forNews: boolean; end: () => void } | undefined;

  constructor(options: ProgressiveReplyOptions) {
    this.options = options;
    const { surface, clock, resume } = options;
    this.hasText = resume !== undefined && resume.refs.length > 0 && resume.text.trim() !== '';
    this.state = initialState(
      clock.now(),
      resume && { refs: resume.refs, shown: knownContent(resume, surface.limits) },
    );
  }

  /** Shows `view` as soon as the platform's pace allows, unless a newer one comes before. Cheap: call it at will. */
  update(view: ReplyView): void {
    if (this.deadline !== undefined || this.isClosed) return;
    this.view = view;
    this.parts = undefined;
    this.start();
    if (this.waiting?.forNews) this.waiting.end();
  }

  /**
   * Shows the last view, whose phase should be `done` and which should have text or a note. Resolves when people can
   * read all of it, or when that is given up: access lost, {@link deliverWithinMs} over, or `signal` aborted.
   */
  async finish(view: ReplyView, signal?: AbortSignal): Promise<ReplyOutcome> {
    if (this.isClosed) return 'undeliverable';
    this.update(view);
    this.deadline ??= this.options.clock.now() + deliverWithinMs;
    this.waiting?.end();
    const giveUp = () => this.halt();
    signal?.addEventListener('abort', giveUp, { once: true });
    if (signal?.aborted) giveUp();
    try {
      return await this.start();
    } finally {
      signal?.removeEventListener('abort', giveUp);
    }
  }

  /**
   * Makes no further call; resolves when the one under way has ended, and what it posted is saved. The reply can be
   * resumed later.
   */
  async close(): Promise<void> {
    this.halt();
    await this.running;
  }

  private halt(): void {
    this.isClosed = true;
    this.waiting?.end();
  }

  private start(): Promise<ReplyOutcome> {
    if (!this.running) {
      this.running = this.run();
      // Told by finish() and close(); not to end the process in between.
      this.running.catch(() => {});
    }
    return this.running;
  }

  private async run(): Promise<ReplyOutcome> {
    const ended = new AbortController();
    const { surface, clock } = this.options;
    void keepTyping(surface, clock, () => this.isExpected(), ended.signal);
    try {
      for (;;) {
        const step = nextStep(this.state, this.goal(), clock.now());
        if (step.kind === 'end') return step.outcome;
        // A message that was posted meanwhile is still noted: the next process would post it once more.
        const isLast = step.kind === 'save' && this.state.unsaved;
        if (this.isClosed && !isLast) return 'undeliverable';
        if (step.kind === 'wait') await this.wait(step.ms, step.forNews);
        else await this.take(step);
      }
    } finally {
      ended.abort();
      surface.close?.();
    }
  }

  /** People wait, with nothing to read yet. */
  private isExpected(): boolean {
    if (this.deadline !== undefined || this.state.accessLost) return false;
    return !this.hasText || this.view?.phase === 'waiting';
  }

  private goal(): Goal {
    this.parts ??= this.view ? partsOf(this.view, this.options.surface.limits) : [];
    return { parts: this.parts, deadline: this.deadline };
  }

  private async wait(ms: number, forNews: boolean): Promise<void> {
    const woken = new AbortController();
    const end = new Promise<void>((resolve) => woken.signal.addEventListener('abort', () => resolve()));
    this.waiting = { forNews, end: () => woken.abort() };
    await (ms === Infinity ? end : this.options.clock.sleep(Math.min(ms, longestSleepMs), woken.signal));
    this.waiting = undefined;
  }

  private async take(call: Call): Promise<void> {
    const { clock, surface, random = Math.random, onCall, onFirstText } = this.options;
    let result: CallResult;
    let failure: unknown;
    try {
      result = { kind: 'ok', ...(await this.perform(call)) };
    } catch (error) {
      failure = error;
      result = resultOf(error);
    }
    const { minEditIntervalMs } = surface.limits;
    this.state = afterCall(this.state, call, result, {
      now: clock.now(),
      minEditIntervalMs,
      jitter: random(),
    });
    if (call.kind === 'save') return;
    onCall?.(call.kind, outcomeOf(result), failure);
    if (result.kind !== 'ok' || call.kind === 'remove' || this.hasText) return;
    if (call.part.text === '' || call.part.phase === 'waiting') return;
    this.hasText = true;
    onFirstText?.();
  }

  private async perform(call: Call): Promise<{ ref?: MessageRef }> {
    const { surface, saveRefs } = this.options;
    if (call.kind === 'save') {
      await saveRefs(refsOf(this.state));
      return {};
    }
    if (call.kind === 'post') return { ref: await surface.post(this.withNonce(call.part)) };
    if (call.kind === 'edit') await surface.edit(call.ref, this.withNonce(call.part));
    else if (surface.remove) await surface.remove(call.ref);
    else {
      const emptied = { index: call.index, text: '', note: '…', buttons: [] };
      await surface.edit(call.ref, this.withNonce({ ...emptied, phase: 'done' }));
    }
    return {};
  }

  private withNonce(part: Omit<ReplyPart, 'nonce'>): ReplyPart {
    const { replaces } = this.state.slots[part.index] ?? newSlot;
    return { ...part, nonce: nonceOf(this.options.key, part.index, replaces) };
  }
}
