import type { TextGenerator } from '../generation/generator.ts';
import type { Clock } from '../ops/clock.ts';
import type { Logger } from '../ops/logger.ts';
import type { Metrics } from '../ops/metrics.ts';
import { buttonsFor } from '../reply/buttons.ts';
import { noteFor } from '../reply/note.ts';
import { ProgressiveReply } from '../reply/progressive-reply.ts';
import type { MessageRef, ReplySurface } from '../reply/surface.ts';
import type { Database } from '../storage/database.ts';
import { checkpoint, endTurn, handBack, releaseDelivery, saveDelivery } from '../storage/leases.ts';
import { addReplyCalls, pathTo, saveMessageRefs, viewTurn } from '../storage/turns.ts';
import { textsFor } from '../texts/catalogue.ts';
import { whileHeld } from './deliver-turn.ts';
import { displayText, showsPrompt } from './display.ts';
import type { Turn, TurnView } from './story.ts';
import { type Draft, type Ending, writeDraft } from './write-turn.ts';

export interface TaskTools {
  db: Database;
  generator: TextGenerator;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
  /** This process's name on the turns that it holds. */
  owner: string;
  surfaceFor(turn: Turn): ReplySurface;
}

/** Why writing is cut short: a person's stop, the end of this process, or another process that has the turn now. */
export type CutReason = 'stop' | 'shutdown' | 'lost';

const checkpointMs = 1_000;
/** A turn that ended its process so often is given up. */
const mostAttempts = 10;

/** Writes and shows one claimed turn. `cut` says, by its reason, why it is to end early. Never rejects. */
export class TurnTask {
  readonly turn: Turn;
  private readonly tools: TaskTools;
  private readonly cut = new AbortController();
  private readonly leaving = new AbortController();
  private readonly draft: Draft;
  private readonly onChannelFree: () => void;
  private readonly calls = { edits: 0, rateLimited: 0 };

  /** `onChannelFree` is called once the next turn of the channel may be written. */
  constructor(turn: Turn, tools: TaskTools, onChannelFree: () => void) {
    this.turn = turn;
    this.tools = tools;
    this.onChannelFree = onChannelFree;
    const { text, completionTokens, promptTokens } = turn;
    this.draft = { text, completionTokens, promptTokens };
  }

  /** Ends the writing early; the first reason counts. */
  end(reason: CutReason): void {
    if (reason === 'shutdown') this.leaving.abort();
    this.cut.abort(reason);
  }

  async run(): Promise<void> {
    const { logger, metrics } = this.tools;
    const platform = this.turn.replyAddress.platform;
    metrics.writing.inc({ platform });
    try {
      await this.writeAndShow();
    } catch (error) {
      logger.error({ error, turn: this.turn.id }, 'a turn could not be written; it will be taken up again');
    } finally {
      metrics.writing.dec({ platform });
      await addReplyCalls(this.tools.db, this.turn.id, this.calls).catch((error: unknown) =>
        logger.debug({ error, turn: this.turn.id }, 'the edits of a turn could not be counted'),
      );
    }
  }

  private async writeAndShow(): Promise<void> {
    const { db, clock } = this.tools;
    const startedAt = clock.now();
    const view = await viewTurn(db, this.turn.id);
    if (!view) return;
    const reply = this.openReply();
    const texts = textsFor(this.turn.locale);
    const show = (note: string | undefined) =>
      reply.update({
        text: displayText({ ...this.turn, text: this.draft.text }, showsPrompt(this.turn)),
        ...(note === undefined ? {} : { note }),
        phase: this.draft.text === '' ? 'waiting' : 'writing',
        buttons: buttonsFor(view, texts),
      });
    show(texts.notes.starting);
    const saved = new AbortController();
    const saving = this.saveEverySecond(saved.signal);
    try {
      const ending = await this.write(show);
      saved.abort();
      await saving;
      await this.settle(ending, reply, startedAt);
    } finally {
      saved.abort();
      await reply.close();
    }
  }

  private async write(onProgress: (note: string | undefined) => void): Promise<Ending> {
    const { db, generator, clock, logger } = this.tools;
    if (this.turn.attempts > mostAttempts) return { state: 'failed', reason: 'gaveUp' };
    const path = await pathTo(db, this.turn.id);
    const tools = { generator, clock, logger, texts: textsFor(this.turn.locale), onProgress };
    return writeDraft(this.draft, this.turn, path, tools, this.cut.signal);
  }

  /** Saves the draft and renews the lease, which goes on through an absence of the database. */
  private async saveEverySecond(signal: AbortSignal): Promise<void> {
    const { db, clock, owner, logger } = this.tools;
    for (;;) {
      await clock.sleep(checkpointMs, signal);
      if (signal.aborted) return;
      try {
        const lease = await checkpoint(db, this.turn.id, owner, this.draft);
        if (!lease) this.end('lost');
        else if (lease.stopRequested) this.end('stop');
      } catch (error) {
        logger.warn({ error, turn: this.turn.id }, 'the text so far could not be saved; trying again');
      }
    }
  }

  private async settle(ending: Ending, reply: ProgressiveReply, startedAt: number): Promise<void> {
    const { db, owner } = this.tools;
    const cutReason =
      ending.state === 'stopped' ? (this.cut.signal.reason as CutReason | undefined) : undefined;
    if (cutReason === 'lost') return;
    if (cutReason === 'shutdown') {
      await reply.close();
      return handBack(db, this.turn.id, owner, this.draft);
    }
    const ended = await this.saveEnd(ending);
    if (!ended) return;
    this.onChannelFree();
    const view = (await viewTurn(db, ended.id)) ?? { turn: ended, versionIds: [ended.id], isHead: false };
    const delivery = await whileHeld(ended, this.tools, () => this.showEnd(view, reply));
    this.report(ended, ending, startedAt, delivery);
  }

  /** Undefined when another process has the turn, or when this one ends before the database is back. */
  private async saveEnd(ending: Ending): Promise<Turn | undefined> {
    const { db, clock, owner, logger } = this.tools;
    const end = { ...this.draft, endReason: ending.reason, timings: ending.timings };
    do {
      try {
        return await endTurn(db, this.turn.id, owner, ending.state, end);
      } catch (error) {
        logger.warn({ error, turn: this.turn.id }, 'the end of a turn could not be saved; trying again');
        await clock.sleep(checkpointMs, this.leaving.signal);
      }
    } while (!this.leaving.signal.aborted);
    return undefined;
  }

  private async showEnd(view: TurnView, reply: ProgressiveReply): Promise<string> {
    const { db, owner } = this.tools;
    const texts = textsFor(this.turn.locale);
    const note = noteFor(view, texts);
    const outcome = await reply.finish(
      {
        text: displayText(view.turn, showsPrompt(view.turn)),
        ...(note === undefined ? {} : { note }),
        phase: 'done',
        buttons: buttonsFor(view, texts),
      },
      this.leaving.signal,
    );
    if (outcome !== 'delivered' && this.leaving.signal.aborted) {
      await releaseDelivery(db, this.turn.id, owner);
      return 'left to the next process';
    }
    await saveDelivery(db, this.turn.id, owner, outcome);
    return outcome;
  }

  private openReply(): ProgressiveReply {
    const { db, clock, metrics, owner, surfaceFor } = this.tools;
    const platform = this.turn.replyAddress.platform;
    const { messageRefs: refs, text, attempts } = this.turn;
    return new ProgressiveReply({
      surface: surfaceFor(this.turn),
      clock,
      key: this.turn.id,
      ...(refs.length > 0 || attempts > 1
        ? { resume: { refs, text: text && displayText(this.turn, showsPrompt(this.turn)) } }
        : {}),
      // With the text that they show: after a crash it reaches at least as far as the messages do.
      saveRefs: async (newRefs: MessageRef[]) => {
        await checkpoint(db, this.turn.id, owner, this.draft);
        await saveMessageRefs(db, this.turn, newRefs, owner);
      },
      onCall: (call, outcome) => {
        this.calls.edits++;
        if (outcome === 'rate_limited') this.calls.rateLimited++;
        metrics.replies.inc({ platform, call, outcome });
      },
      onFirstText: () => {
        if (text === '')
          metrics.firstText.observe({ platform }, (clock.now() - this.turn.createdAt.getTime()) / 1000);
      },
    });
  }

  /** One line a turn, with its figures. */
  private report(turn: Turn, { timings }: Ending, startedAt: number, delivery: string): void {
    const { logger, metrics } = this.tools;
    const platform = turn.replyAddress.platform;
    const queueMs = startedAt - turn.createdAt.getTime() + (timings?.queuedMs ?? 0);
    const writingMs = timings ? timings.totalMs - timings.firstTokenMs : 0;
    metrics.turns.inc({ platform, state: turn.state });
    metrics.tokens.inc({ platform }, turn.completionTokens);
    metrics.queueWait.observe({ platform }, Math.max(0, queueMs) / 1000);
    logger.info(
      {
        turn: turn.id,
        platform,
        state: turn.state,
        reason: turn.endReason,
        queueMs: Math.round(queueMs),
        firstTokenMs: timings && Math.round(timings.firstTokenMs),
        tokens: turn.completionTokens,
        tokensPerSecond: writingMs > 0 ? Math.round((1000 * turn.completionTokens) / writingMs) : undefined,
        edits: this.calls.edits,
        delivery,
      },
      'turn ended',
    );
  }
}
