import { randomUUID } from 'node:crypto';
import { claimDelivery, claimTurn } from '../storage/leases.ts';
import type { Notification } from '../storage/notifications.ts';
import { deliverTurn } from './deliver-turn.ts';
import { type TaskTools, TurnTask } from './turn-task.ts';

/** Turns that one process writes at once: the generator has its own, fairer queue. */
const mostAtOnce = 200;
/** How often to look for turns that nobody told us of: those of a dead process, above all. */
const lookEveryMs = 1_000;

export interface TurnRunnerOptions extends Omit<TaskTools, 'owner'> {
  /** The platforms whose turns this process can show. */
  platforms: string[];
}

/** Takes turns as they come, each channel's in order and many channels at once, and has them written and shown. */
export class TurnRunner {
  private readonly options: TurnRunnerOptions;
  private readonly tools: TaskTools;
  private readonly tasks = new Map<string, TurnTask>();
  /** The work under way, by the turn that it is for. */
  private readonly running = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();
  private wake = new AbortController();
  private loop: Promise<void> | undefined;

  constructor(options: TurnRunnerOptions) {
    this.options = options;
    this.tools = { ...options, owner: randomUUID() };
  }

  start(): void {
    this.loop ??= this.run();
  }

  /** A hint from another process, or from this one: look at once instead of in a moment. */
  onNotification(notification: Notification): void {
    if (notification.type === 'stop') this.tasks.get(notification.turnId)?.end('stop');
    if (notification.type === 'stop' || this.options.platforms.includes(notification.platform))
      this.wake.abort();
  }

  /** Takes nothing more, saves what is being written and hands it back. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake.abort();
    for (const task of this.tasks.values()) task.end('shutdown');
    await this.loop;
    for (const task of this.tasks.values()) task.end('shutdown');
    await Promise.all(this.running.values());
  }

  private async run(): Promise<void> {
    const { clock, logger } = this.tools;
    while (!this.stopping.signal.aborted) {
      this.wake = new AbortController();
      try {
        // Before the turns: another version waits for the one that is to be shown in its messages.
        await this.takeDeliveries();
        await this.takeTurns();
      } catch (error) {
        logger.warn({ error }, 'can’t look for turns just now; trying again');
      }
      if (this.stopping.signal.aborted) break;
      await clock.sleep(lookEveryMs, this.wake.signal);
    }
  }

  private async takeTurns(): Promise<void> {
    const { db, owner } = this.tools;
    while (!this.stopping.signal.aborted && this.running.size < mostAtOnce) {
      const turn = await claimTurn(db, owner, this.options.platforms, [...this.running.keys()]);
      if (!turn) return;
      const task = new TurnTask(turn, this.tools, () => this.wake.abort());
      this.tasks.set(turn.id, task);
      this.keep(
        turn.id,
        task.run().finally(() => this.tasks.delete(turn.id)),
      );
    }
  }

  private async takeDeliveries(): Promise<void> {
    const { db, owner } = this.tools;
    while (!this.stopping.signal.aborted && this.running.size < mostAtOnce) {
      const turn = await claimDelivery(db, owner, this.options.platforms, [...this.running.keys()]);
      if (!turn) return;
      this.keep(turn.id, deliverTurn(turn, this.tools, this.stopping.signal));
    }
  }

  private keep(turnId: string, work: Promise<void>): void {
    const kept = work.finally(() => {
      this.running.delete(turnId);
      // Another version may have waited for it, or any turn for a place.
      this.wake.abort();
    });
    this.running.set(turnId, kept);
  }
}
