import { SingleBar } from 'cli-progress';
import type { Clock } from '../src/ops/clock.ts';
import type { Logger } from '../src/ops/logger.ts';

export interface Progress {
  report(done: number, total: number | undefined): void;
  end(): void;
}

const megabytes = (bytes: number) => Math.round(bytes / 1e6);

/** A bar that redraws itself on `terminal`. */
export function createBar(terminal: NodeJS.WritableStream): Progress {
  const bar = new SingleBar({
    stream: terminal,
    format: '{bar} {percentage} % of {total} MB, {eta_formatted} left',
    hideCursor: true,
  });
  let started = false;
  return {
    report: (done, total) => {
      if (total === undefined) return;
      if (!started) bar.start(megabytes(total), megabytes(done));
      started = true;
      bar.update(megabytes(done));
    },
    end: () => bar.stop(),
  };
}

const lineEveryMs = 10_000;

/** A line in the log at most every ten seconds, with the speed since the line before. */
export function createLines(logger: Logger, clock: Clock): Progress {
  let last: { at: number; done: number } | undefined;
  return {
    report: (done, total) => {
      const at = clock.now();
      last ??= { at, done };
      if (at - last.at < lineEveryMs) return;
      const speed = ((done - last.done) / (at - last.at)) * 1000;
      const percent = total === undefined ? undefined : Math.floor((done / total) * 100);
      const part =
        percent === undefined ? `${megabytes(done)} MB` : `${percent} % of ${megabytes(total ?? 0)} MB`;
      logger.info({ done, total, percent }, `Loading: ${part}, ${(speed / 1e6).toFixed(1)} MB/s`);
      last = { at, done };
    },
    end: () => {},
  };
}
