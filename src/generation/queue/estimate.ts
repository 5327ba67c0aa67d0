/** How long turns take here, from those that ended: a moving average. */
export class TurnTimes {
  private averageMs: number | undefined;

  ended(ms: number): void {
    this.averageMs = this.averageMs === undefined ? ms : this.averageMs + 0.2 * (ms - this.averageMs);
  }

  /**
   * Seconds until each of `count` waiting turns begins, in their order; none before the first turn has ended.
   * @param runningForMs how long each turn in progress has been running
   * @param slots turns at once
   */
  waits(count: number, runningForMs: readonly number[], slots: number): (number | undefined)[] {
    const average = this.averageMs;
    if (average === undefined) return Array.from({ length: count }, () => undefined);
    const freeAt = Array.from({ length: slots }, (_, slot) => {
      const running = runningForMs[slot];
      return running === undefined ? 0 : Math.max(0, average - running);
    });
    return Array.from({ length: count }, () => {
      const soonest = Math.min(...freeAt);
      freeAt[freeAt.indexOf(soonest)] = soonest + average;
      return Math.ceil(soonest / 1000);
    });
  }
}
