import { worthMore } from './measure.ts';

/** Thread counts worth trying: powers of two up to all cores. */
export function threadLadder(cores: number): number[] {
  const ladder: number[] = [];
  for (let threads = 1; threads < cores; threads *= 2) ladder.push(threads);
  return [...ladder, cores];
}

/** A change of mind, to be logged. */
export interface ThreadChange {
  /** Tokens in the batches that it is for, at most. */
  batch: number;
  from: number;
  to: number;
  why: 'collapsed' | 'faster';
  msBefore: number;
  msAfter: number | undefined;
}

type ExpectedMs = (batch: number, threads: number) => number | undefined;

/** What is known of batches of about one size. */
interface Lane {
  rung: number;
  /** Milliseconds a pass usually takes at each rung; none where it was not tried. */
  usual: (number | undefined)[];
  /** Slow passes in a row. */
  slow: number;
  probe: { rung: number; times: number[] } | undefined;
  /** Milliseconds spent in passes of this size since the last probe; idle time does not count. */
  workedMs: number;
  /** How many of them must pass before the next probe. */
  pauseMs: number;
  probes: number;
}

const collapseFactor = 4;
const slowInARow = 2;
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;
/** Enough to meet a slow pass in ten: it is the mean that counts. */
const probePasses = 12;
/** A probe that fails may cost one part in so many. */
const probeShare = 25;
const smoothing = 0.1;

/**
 * Chooses how many threads compute a batch, and goes on choosing. llama.cpp's threads wait for each other by spinning:
 * when another process takes a core, a pass can take a hundred times as long. That is noticed within two passes, and
 * from time to time the neighbouring thread counts are tried for a moment. Pure: it holds no timer.
 */
export class ThreadGovernor {
  private readonly ladder: number[];
  private readonly lanes = new Map<number, Lane>();
  private readonly startRung: (batch: number) => number;
  private readonly onChange: (change: ThreadChange) => void;
  private readonly expectedMs: ExpectedMs;
  /** The highest rung that has not collapsed: a core that is taken is taken from batches of every size. */
  private ceiling: number;

  /**
   * @param start the thread count to begin with, for a batch of so many tokens
   * @param expectedMs what a pass takes at most while nobody else is there, as far as is known
   */
  constructor(
    ladder: number[],
    start: (batch: number) => number,
    onChange: (change: ThreadChange) => void,
    expectedMs: ExpectedMs = () => undefined,
  ) {
    this.ladder = ladder;
    this.ceiling = ladder.length - 1;
    this.startRung = (batch) => Math.max(0, ladder.indexOf(start(batch)));
    this.onChange = onChange;
    this.expectedMs = expectedMs;
  }

  threadsFor(batch: number): number {
    const lane = this.laneOf(batch);
    if (!lane.probe && lane.workedMs >= lane.pauseMs) this.beginProbe(lane);
    return this.ladder[lane.probe?.rung ?? lane.rung] ?? 1;
  }

  /** A batch took `ms` with what {@link threadsFor} gave for it. */
  passed(batch: number, ms: number): void {
    const lane = this.laneOf(batch);
    lane.workedMs += ms;
    if (lane.probe) this.judgeProbe(lane, lane.probe, sizeOf(batch), ms);
    else this.judge(lane, sizeOf(batch), ms);
  }

  private laneOf(batch: number): Lane {
    const size = sizeOf(batch);
    let lane = this.lanes.get(size);
    if (!lane) {
      lane = {
        rung: Math.min(this.startRung(batch), this.ceiling),
        usual: this.ladder.map((threads) => this.expectedMs(size, threads)),
        slow: 0,
        probe: undefined,
        workedMs: 0,
        pauseMs: firstPauseMs,
        probes: 0,
      };
      this.lanes.set(size, lane);
    }
    return lane;
  }

  private judge(lane: Lane, batch: number, ms: number): void {
    const usual = lane.usual[lane.rung];
    if (usual === undefined) {
      lane.usual[lane.rung] = ms;
      return;
    }
    lane.slow = ms > usual * collapseFactor ? lane.slow + 1 : 0;
    if (lane.slow >= slowInARow && lane.rung > 0) {
      this.change(lane, batch, lane.rung - 1, 'collapsed', ms, undefined);
      this.ceiling = lane.rung;
      const pauseMs = Math.max(firstPauseMs, ms * slowInARow * probeShare);
      for (const each of this.lanes.values())
        if (each === lane || each.rung > this.ceiling)
          Object.assign(each, { rung: this.ceiling, slow: 0, probe: undefined, workedMs: 0, pauseMs });
      return;
    }
    // A hiccup counts for little; passes that are slow now and then do.
    lane.usual[lane.rung] = usual + smoothing * (Math.min(ms, usual * collapseFactor) - usual);
  }

  private beginProbe(lane: Lane): void {
    const neighbours = [lane.rung + 1, lane.rung - 1].filter((rung) => rung in this.ladder);
    const [first, second] = neighbours;
    if (first === undefined || lane.usual[lane.rung] === undefined) {
      lane.workedMs = 0;
      return;
    }
    // They take turns.
    const untried = neighbours.find((rung) => lane.usual[rung] === undefined);
    const turn = lane.probes++ % 2 === 0 ? first : (second ?? first);
    lane.probe = { rung: untried ?? turn, times: [] };
  }

  private judgeProbe(lane: Lane, probe: NonNullable<Lane['probe']>, batch: number, ms: number): void {
    probe.times.push(ms);
    const usual = lane.usual[lane.rung] ?? ms;
    const hopeless = ms > usual * 1.5;
    if (probe.times.length < probePasses && !hopeless) return;
    const spentMs = probe.times.reduce((sum, each) => sum + each, 0);
    const mean = spentMs / probe.times.length;
    lane.usual[probe.rung] = mean;
    lane.probe = undefined;
    lane.workedMs = 0;
    const wanted = probe.rung > lane.rung ? usual * worthMore : usual;
    if (mean < wanted && !hopeless) {
      this.change(lane, batch, probe.rung, 'faster', usual, mean);
      this.ceiling = Math.max(this.ceiling, probe.rung);
      lane.pauseMs = firstPauseMs;
      return;
    }
    lane.pauseMs = Math.max(Math.min(longestPauseMs, lane.pauseMs * 2), spentMs * probeShare);
  }

  private change(
    lane: Lane,
    batch: number,
    rung: number,
    why: ThreadChange['why'],
    msBefore: number,
    msAfter: number | undefined,
  ): void {
    const [from = 1, to = 1] = [this.ladder[lane.rung], this.ladder[rung]];
    lane.rung = rung;
    if (why === 'collapsed') lane.usual[rung] = undefined;
    this.onChange({ batch, from, to, why, msBefore, msAfter });
  }
}

/** The power of two at or above: batches of about one size share what is learnt. */
function sizeOf(batch: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, batch)));
}
